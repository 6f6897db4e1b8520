#include "model/provider.h"

static const char *const provider_kind_words[] = {"smtp", "http", "drop"};
const struct names provider_kind_names = {provider_kind_words,
                                          sizeof provider_kind_words / sizeof *provider_kind_words};
_Static_assert(sizeof provider_kind_words / sizeof *provider_kind_words == PROVIDER_DROP + 1,
               "one word for each value");

static const char *const tls_mode_words[] = {"starttls", "implicit", "none"};
const struct names tls_mode_names = {tls_mode_words, sizeof tls_mode_words / sizeof *tls_mode_words};
_Static_assert(sizeof tls_mode_words / sizeof *tls_mode_words == TLS_NONE + 1, "one word for each value");

static const char *const body_encoding_words[] = {"form", "json", "query", "multipart"};
const struct names body_encoding_names = {body_encoding_words,
                                          sizeof body_encoding_words / sizeof *body_encoding_words};
_Static_assert(sizeof body_encoding_words / sizeof *body_encoding_words == BODY_MULTIPART + 1,
               "one word for each value");
