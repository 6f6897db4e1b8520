/* A doubt that is found at a start bears the customer's date, since gaps and repetitions count from it. */
#include <time.h>

#include "world.h"

static struct world world;

static int setup(void **state)
{
    (void)state;
    world_make(&world);
    world_write(&world, "providers/box.conf",
                "provider = { name = \"box\"; kind = \"smtp\"; url = \"smtp://127.0.0.1:25\"; tls = \"none\"; };\n");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    world_unmake(&world);
    return 0;
}

/* A zone where it is another day than in UTC, the business's zone, and how many days away. */
static const char *other_day(int *days)
{
    bool late = time(NULL) % 86400 >= 11 * 3600;

    *days = late ? 1 : -1;
    return late ? "Pacific/Kiritimati" : "Pacific/Pago_Pago";
}

static int64_t date_of_doubt(void)
{
    struct arena *arena = arena_new(0);
    struct notice_list list;
    struct state *state = NULL;
    struct err err = {0};
    struct fact_filter filter = {"C-1", "", "", NOTICE_UNCERTAIN, 10};
    int64_t on = DAY_NONE;
    struct dossier dossier = {0};
    struct customer customer = customer_blank;

    if (state_open(&state, world_path(&world, "state"), STATE_FACTS, &err) != 0)
        fail_msg("%s", err.text);
    if (facts_notices(state, &filter, arena, &list, &err) != 0)
        fail_msg("%s", err.text);
    expect_int("one notice is in doubt", (intmax_t)list.count, 1);
    customer.id = "C-1";
    dossier.customer = dossier.members = &customer;
    dossier.member_count = 1;
    if (state_fill(state, &dossier, (moment_t)time(NULL), arena, &err) != 0)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < dossier.past_count; i++)
        if (dossier.past[i].id == list.list[0].id)
            on = dossier.past[i].on;
    state_close(&state);
    arena_free(&arena);
    return on;
}

static void a_doubt_bears_the_customers_date(void **unused)
{
    static const struct sender_row rows[] = {{.to = "", .times = 0, .die_after_yes = true}};
    struct err err = {0};
    char csv[128];
    int days;

    (void)unused;
    snprintf(csv, sizeof csv, "customer_id,name,email,timezone\nC-1,Anna,anna@shop.invalid,%s\n", other_day(&days));
    world_import(&world, IMPORT_CUSTOMERS, csv);
    world.rows = rows;
    world.row_count = 1;
    world_once(&world, "", NULL, &err); /* ends badly: its sender does */
    world.row_count = 0;
    world_once(&world, "", NULL, &err);
    expect_int("the date of the doubt", date_of_doubt(), (int64_t)time(NULL) / 86400 + days);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_doubt_bears_the_customers_date, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
