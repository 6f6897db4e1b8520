#include "delivery/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

#define SECRET_MAX (64U << 10)
#define NAME_MAX_BYTES 100
#define REFERENCE_BEGIN '\x02'
#define REFERENCE_END '\x03'

void secret_free(struct secret *secret)
{
    if (secret->text != NULL)
        explicit_bzero(secret->text, secret->capacity);
    free(secret->text);
    *secret = (struct secret){.text = NULL};
}

/* Memory that runs out ends the process, as in base/arena.h; an outgrown copy is wiped. */
static void reserve(struct secret *secret, size_t more)
{
    size_t needed = secret->length + more + 1;
    if (secret->text != NULL && needed <= secret->capacity)
        return;
    size_t capacity = needed < 256 ? 256 : needed + needed / 2;
    char *text = malloc(capacity);
    if (text == NULL) {
        fputs("out of memory\n", stderr);
        _exit(70);
    }
    if (secret->text != NULL)
        memcpy(text, secret->text, secret->length);
    size_t length = secret->length;
    secret_free(secret);
    *secret = (struct secret){.text = text, .length = length, .capacity = capacity};
}

static void add_bytes(struct secret *secret, const char *bytes, size_t length)
{
    reserve(secret, length);
    if (length > 0)
        memcpy(secret->text + secret->length, bytes, length);
    secret->length += length;
    secret->text[secret->length] = '\0';
}

void secret_set(struct secret *secret, const char *text)
{
    *secret = (struct secret){.text = NULL};
    add_bytes(secret, text, strlen(text));
}

static bool name_is_fit(const char *name)
{
    size_t length = strlen(name);
    size_t good = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");
    return length > 0 && length <= NAME_MAX_BYTES && good == length && name[0] != '.';
}

static int read_all(int fd, struct secret *secret)
{
    for (;;) {
        reserve(secret, SECRET_MAX + 1 - secret->length);
        ssize_t got = read(fd, secret->text + secret->length, SECRET_MAX + 1 - secret->length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 || secret->length + (size_t)got > SECRET_MAX)
            return -1;
        if (got == 0)
            break;
        secret->length += (size_t)got;
    }
    if (secret->length > 0 && secret->text[secret->length - 1] == '\n')
        secret->length--;
    if (secret->length > 0 && secret->text[secret->length - 1] == '\r')
        secret->length--;
    secret->text[secret->length] = '\0';
    return 0;
}

/* As it is named, or as systemd names the files of LoadCredential=credentials:DIRECTORY. */
static int open_in(const char *folder, const char *name)
{
    static const char *const prefixes[] = {"", "credentials_"};
    char path[4096];
    int fd = -1;

    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes && fd < 0; i++) {
        int length = snprintf(path, sizeof path, "%s/%s%s", folder, prefixes[i], name);
        if (length > 0 && (size_t)length < sizeof path)
            fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        if (fd < 0 && errno != ENOENT)
            break;
    }
    return fd;
}

static int open_credential(const char *folder, const char *name, struct err *err)
{
    if (!name_is_fit(name))
        return err_set(err, ERR_CONFIG, "a provider names a credential with characters that no credential may have");
    if (text_empty(folder))
        return err_set(err, ERR_CONFIG,
                       "the credential %s is needed, but dunningd-send was given no credentials; "
                       "add LoadCredential= to its unit and restart it",
                       name);
    int fd = open_in(folder, name);
    if (fd < 0)
        return err_set(err, ERR_CONFIG,
                       "the credential %s cannot be read: %s; add it to the credentials of "
                       "dunningd-send and restart it",
                       name, strerror(errno));
    return fd;
}

int secret_read(const char *folder, const char *name, struct secret *out, struct err *err)
{
    struct secret secret = {.text = NULL};
    struct stat status;
    int fd = open_credential(folder, name, err);
    if (fd < 0)
        return -1;
    bool good = fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && read_all(fd, &secret) == 0;
    close(fd);
    if (good && secret.length > 0 && strlen(secret.text) == secret.length) {
        *out = secret;
        return 0;
    }
    secret_free(&secret);
    return err_set(err, ERR_CONFIG,
                   "the credential %s is empty, longer than 64 KiB or no text; correct its file "
                   "and restart dunningd-send",
                   name);
}

static void encode_none(struct secret *out, const char *text)
{
    add_bytes(out, text, strlen(text));
}

static void encode_percent(struct secret *out, const char *text)
{
    static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    for (; *text != '\0'; text++) {
        char escaped[4];
        if (strchr(unreserved, *text) != NULL) {
            add_bytes(out, text, 1);
        } else {
            snprintf(escaped, sizeof escaped, "%%%02X", (unsigned)(unsigned char)*text);
            add_bytes(out, escaped, 3);
        }
    }
}

static void encode_json(struct secret *out, const char *text)
{
    for (; *text != '\0'; text++) {
        char escaped[7];
        if ((unsigned char)*text < 0x20)
            snprintf(escaped, sizeof escaped, "\\u%04x", (unsigned)(unsigned char)*text);
        else
            snprintf(escaped, sizeof escaped, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
        add_bytes(out, escaped, strlen(escaped));
    }
}

static void encode_base64(struct secret *out, const char *text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t left = strlen(text); left > 0;) {
        size_t here = left < 3 ? left : 3;
        unsigned bits = 0;
        for (size_t i = 0; i < 3; i++)
            bits = bits << 8 | (i < here ? (unsigned char)text[i] : 0U);
        char group[4];
        for (size_t i = 0; i < 4; i++)
            group[i] = i <= here ? digits[bits >> (18 - 6 * i) & 63U] : '=';
        add_bytes(out, group, sizeof group);
        text += here;
        left -= here;
    }
}

static const struct encoding {
    const char *name;
    void (*encode)(struct secret *out, const char *text);
} encodings[] = {
    {"none", encode_none}, {"url", encode_percent},   {"form", encode_percent},
    {"json", encode_json}, {"base64", encode_base64},
};

static int malformed(struct err *err)
{
    return err_set(err, ERR_CONFIG, "a credential reference is malformed; restart dunningd and dunningd-send");
}

/* reference: "ENCODING:NAME" of the given length. */
static int add_credential(const char *folder, const char *reference, size_t length, struct secret *out, struct err *err)
{
    char copy[NAME_MAX_BYTES + 20];
    if (length >= sizeof copy)
        return err_set(err, ERR_CONFIG, "a provider names a credential that is longer than any may be");
    memcpy(copy, reference, length);
    copy[length] = '\0';
    char *name = strchr(copy, ':');
    if (name != NULL)
        *name++ = '\0';
    for (size_t i = 0; name != NULL && i < sizeof encodings / sizeof *encodings; i++) {
        struct secret credential;
        if (!text_equal(encodings[i].name, copy))
            continue;
        if (secret_read(folder, name, &credential, err) != 0)
            return -1;
        encodings[i].encode(out, credential.text);
        secret_free(&credential);
        return 0;
    }
    return malformed(err);
}

bool secret_referenced(const char *text, size_t length)
{
    return length > 0 && memchr(text, REFERENCE_BEGIN, length) != NULL;
}

int secret_fill(const char *folder, const char *text, size_t length, struct secret *out, struct err *err)
{
    struct secret filled = {.text = NULL};
    const char *end = text + length;
    while (text < end) {
        const char *begin = memchr(text, REFERENCE_BEGIN, (size_t)(end - text));
        const char *plain_end = begin == NULL ? end : begin;
        add_bytes(&filled, text, (size_t)(plain_end - text));
        if (begin == NULL)
            break;
        const char *stop = memchr(begin, REFERENCE_END, (size_t)(end - begin));
        if (stop == NULL || add_credential(folder, begin + 1, (size_t)(stop - begin - 1), &filled, err) != 0) {
            secret_free(&filled);
            return stop == NULL ? malformed(err) : -1;
        }
        text = stop + 1;
    }
    add_bytes(&filled, "", 0);
    *out = filled;
    return 0;
}
