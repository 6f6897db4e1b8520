/*
 * What a file of rates is read into; between the files that read it.
 */
#ifndef CONFIG_RATES_FILE_H
#define CONFIG_RATES_FILE_H

#include "config/reader.h"
#include "policy/rates.h"

/* One series is another one and a constant, from a day on: a check of both tables. */
struct equals_keys {
    const char *series; /* "" : no such check */
    int64_t plus;
    day_t since;
};

struct series_keys {
    struct series series;
    const char *table; /* file name, "" : NAME.csv */
    int line;
    struct equals_keys equals;
};

struct rates_file {
    struct series_keys *series;
    size_t series_count;
    struct regime *regimes;
    size_t regime_count;
};

/* Called by the reader after the last key of a group. */
void rates_file_finish_series(struct reader *reader, config_setting_t *setting, void *target);
void rates_file_finish_regime(struct reader *reader, config_setting_t *setting, void *target);
void rates_file_finish_compensation(struct reader *reader, config_setting_t *setting, void *target);
void rates_file_finish_band(struct reader *reader, config_setting_t *setting, void *target);

/* Reads and checks the table of a series; series->name, file, kind and expires are there already. */
void rates_table_load(struct reader *reader, struct series *series);

#endif
