/* CSV: any bytes end; what was read, written anew with every field in quotes, is read the same. */
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "store/csv.h"

enum { RECORDS = 300 };

struct table {
    struct arena *arena;
    struct text written;
    size_t records, fields;
    bool clean; /* it can be written anew and must be read the same */
};

static void write_record(struct text *out, const struct csv_record *record)
{
    for (size_t i = 0; i < record->count; i++) {
        text_add(out, i > 0 ? ",\"" : "\"");
        for (const char *at = record->fields[i]; *at != '\0'; at++) {
            text_add(out, *at == '"' ? "\"" : "");
            text_add_char(out, *at);
        }
        text_add_char(out, '"');
    }
    text_add_char(out, '\n');
}

static void read_table(const void *bytes, size_t size, struct arena *arena, struct table *table)
{
    struct csv_record record;
    struct err err = {0};
    int fd = fuzz_memory(bytes, size), more;
    size_t line = 0;
    struct csv *csv = csv_new(fd, arena);
    *table = (struct table){.arena = arena, .clean = true};
    text_init(&table->written, arena);
    while ((more = csv_next(csv, &record, &err)) == 1 && table->records < RECORDS) {
        REQUIRE(record.line > line, "record %zu begins in line %zu after %zu", table->records, record.line, line);
        line = record.line;
        table->records++;
        table->clean = table->clean && record.problem[0] == '\0';
        if (record.problem[0] != '\0')
            continue;
        REQUIRE(record.count > 0, "a record without fields");
        table->fields += record.count;
        for (size_t i = 0; i < record.count; i++) /* a CR that is left before a LF would be read as one line end */
            table->clean = table->clean && strstr(record.fields[i], "\r\n") == NULL;
        write_record(&table->written, &record);
    }
    REQUIRE(more >= 0, "reading memory failed");
    REQUIRE(csv_bytes(csv) <= size, "more bytes than there are");
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(0);
    struct table first, second;
    read_table(data, size, arena, &first);
    if (first.clean && first.records < RECORDS) {
        if (fuzz_plant)
            text_add(&first.written, "one,more\n");
        read_table(first.written.data, first.written.length, arena, &second);
        REQUIRE(second.clean, "what was written anew has a problem");
        REQUIRE(second.records == first.records && second.fields == first.fields,
                "%zu records of %zu fields became %zu of %zu", first.records, first.fields, second.records,
                second.fields);
        REQUIRE(strcmp(second.written.data, first.written.data) == 0, "a field was changed");
    }
    arena_free(&arena);
    return 0;
}
