/*
 * A payload as a picture: a QR code by libqrencode, written as a PNG of one bit a pixel by libpng.
 */
#include <png.h>
#include <qrencode.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "compose/pay.h"

enum {
    SCALE = 4, /* pixels a module: sharp on a screen, and what a telephone reads from it */
    QUIET = 4  /* modules of white around, as ISO 18004 wants */
};

/* One byte a pixel, 1 for black. */
struct canvas {
    png_byte *pixels;
    int width;
};

struct box {
    int x, y, width, height;
};

static void fill(const struct canvas *canvas, struct box box, png_byte colour)
{
    for (int row = box.y; row < box.y + box.height; row++)
        memset(canvas->pixels + (ptrdiff_t)row * canvas->width + box.x, colour, (size_t)box.width);
}

static void draw_modules(const struct canvas *canvas, const QRcode *code)
{
    for (int row = 0; row < code->width; row++) {
        for (int column = 0; column < code->width; column++) {
            if ((code->data[row * code->width + column] & 1) != 0)
                fill(canvas, (struct box){(QUIET + column) * SCALE, (QUIET + row) * SCALE, SCALE, SCALE}, 1);
        }
    }
}

/*
 * The Swiss cross takes 7 of the symbol's 46 millimetres; its parts as in the
 * guidelines' drawing, in 192nds: a white rim, a black square, a white cross.
 */
static void draw_cross(const struct canvas *canvas, int symbol)
{
    enum { WHOLE = 192, RIM = 7, BAR_FROM = 80, BAR = 33, CROSS_FROM = 41, CROSS = 110 };
    int side = symbol * 7 / 46, at = (canvas->width - side) / 2;
    int rim = side * RIM / WHOLE + 1, bar_at = at + side * BAR_FROM / WHOLE, bar = side * BAR / WHOLE;
    int cross_at = at + side * CROSS_FROM / WHOLE, cross = side * CROSS / WHOLE;

    fill(canvas, (struct box){at, at, side, side}, 0);
    fill(canvas, (struct box){at + rim, at + rim, side - 2 * rim, side - 2 * rim}, 1);
    fill(canvas, (struct box){bar_at, cross_at, bar, cross}, 0);
    fill(canvas, (struct box){cross_at, bar_at, cross, bar}, 0);
}

/* Nothing but memory can be lacking here. */
static struct pay_image written(const struct canvas *canvas, struct arena *arena)
{
    static const png_byte colours[] = {255, 0};
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = (png_uint_32)canvas->width,
                       .height = (png_uint_32)canvas->width,
                       .format = PNG_FORMAT_FLAG_COLORMAP,
                       .colormap_entries = 2};
    png_alloc_size_t size = (png_alloc_size_t)canvas->width * (png_alloc_size_t)(canvas->width / 8 + 8) + 4096;
    char *bytes = arena_alloc(arena, size);

    if (png_image_write_to_memory(&image, bytes, &size, 0, canvas->pixels, canvas->width, colours) == 0)
        arena_give_up("out of memory for the picture of a payment code");
    return (struct pay_image){.png = bytes, .length = size, .width = canvas->width};
}

static struct pay_image drawn(const QRcode *code, enum pay_mark mark, struct arena *arena)
{
    struct canvas canvas = {.width = (code->width + 2 * QUIET) * SCALE};

    canvas.pixels = arena_array(arena, (size_t)canvas.width, (size_t)canvas.width);
    draw_modules(&canvas, code);
    if (mark == PAY_MARK_SWISS)
        draw_cross(&canvas, code->width * SCALE);
    return written(&canvas, arena);
}

int pay_image(const char *payload, enum pay_mark mark, struct arena *arena, struct pay_image *out, struct err *err)
{
    size_t length = strlen(payload);

    if (length == 0 || length > PAY_CODE_MAX)
        return err_set(err, ERR_REFUSED, "a payment code holds 1 to %d bytes, this takes %zu; shorten names and texts",
                       PAY_CODE_MAX, length);
    QRcode *code = QRcode_encodeData((int)length, (const unsigned char *)payload, 0, QR_ECLEVEL_M);
    if (code == NULL)
        arena_give_up("out of memory for a payment code");
    *out = drawn(code, mark, arena);
    QRcode_free(code);
    return 0;
}
