#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "delivery/carry.h"

/* A folder of its own for each test, and a commit point that does as told. */
struct scene {
    char folder[60], path[100];
    struct arena *arena;
    enum commit_answer answer;
    int asked, files_at_ask;
    void (*at_ask)(struct scene *);
    struct carry carry;
};

static int count_files(const struct scene *scene, bool hidden)
{
    int count = 0;
    DIR *folder = opendir(scene->folder);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        count +=
            (entry->d_name[0] == '.') == hidden && strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(folder);
    return count;
}

static enum commit_answer ask(void *context)
{
    struct scene *scene = context;
    scene->asked++;
    scene->files_at_ask = count_files(scene, false);
    if (scene->at_ask != NULL)
        scene->at_ask(scene);
    return scene->answer;
}

static bool given_up(void *context)
{
    (void)context;
    return false;
}

static void reached(void *context, enum phase phase)
{
    (void)context;
    (void)phase;
}

static int scene_new(void **state)
{
    struct scene *scene = calloc(1, sizeof *scene);
    if (scene == NULL)
        return -1;
    strcpy(scene->folder, "/tmp/dunningd-drop-XXXXXX");
    scene->arena = arena_new(0);
    *state = scene;
    return mkdtemp(scene->folder) == NULL ? -1 : 0;
}

static const char *path_of(struct scene *scene, const char *name)
{
    snprintf(scene->path, sizeof scene->path, "%s/%s", scene->folder, name);
    return scene->path;
}

static int scene_free(void **state)
{
    struct scene *scene = *state;
    DIR *folder = opendir(scene->folder);
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;)
        unlink(path_of(scene, entry->d_name));
    if (folder != NULL)
        closedir(folder);
    int result = rmdir(scene->folder);
    arena_free(&scene->arena);
    free(scene);
    return result;
}

static void put(struct scene *scene, const char *name, const char *text)
{
    FILE *file = fopen(path_of(scene, name), "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void assert_holds(struct scene *scene, const char *name, const char *text)
{
    char bytes[100] = "";
    FILE *file = fopen(path_of(scene, name), "r");
    assert_non_null(file);
    size_t length = fread(bytes, 1, sizeof bytes - 1, file);
    fclose(file);
    assert_int_equal(length, strlen(text));
    assert_string_equal(bytes, text);
}

static enum outcome_class drop(struct scene *scene, const struct request *request, enum commit_answer answer)
{
    const struct commit_point point = {.ask = ask, .given_up = given_up, .reached = reached, .context = scene};
    const struct provider provider = {.name = "box", .kind = PROVIDER_DROP, .directory = scene->folder};
    scene->answer = answer;
    scene->asked = 0;
    scene->carry = (struct carry){
        .provider = &provider, .request = request, .credentials = "", .point = &point, .arena = scene->arena};
    carry_out(&scene->carry);
    return scene->carry.class;
}

static const struct request mail = {.kind = PROVIDER_DROP,
                                    .file = "N-000001-email-1.eml",
                                    .body = "Subject: x\r\n",
                                    .body_length = 12,
                                    .second_file = "",
                                    .second_body = ""};
static const struct request package = {.kind = PROVIDER_DROP,
                                       .file = "N-000002-agency-1.json",
                                       .body = "{}",
                                       .body_length = 2,
                                       .second_file = "N-000002-agency-1.csv",
                                       .second_body = "a;b",
                                       .second_length = 3};

static void a_file_appears_only_after_the_yes(void **state)
{
    struct scene *scene = *state;
    assert_int_equal(drop(scene, &mail, COMMIT_YES), OUTCOME_ACCEPTED);
    assert_int_equal(scene->asked, 1);
    assert_int_equal(scene->files_at_ask, 0);
    assert_int_equal(scene->carry.phase, PHASE_DONE);
    assert_string_equal(scene->carry.provider_id, mail.file);
    assert_holds(scene, mail.file, mail.body);
    assert_int_equal(count_files(scene, true), 0);
}

static void a_no_or_silence_leaves_nothing(void **state)
{
    struct scene *scene = *state;
    assert_int_equal(drop(scene, &package, COMMIT_NO), OUTCOME_GATE_NO);
    assert_int_equal(drop(scene, &package, COMMIT_NONE), OUTCOME_REFUSED_FOR_NOW);
    assert_int_equal(count_files(scene, false) + count_files(scene, true), 0);
}

static void the_same_file_is_accepted_without_a_question(void **state)
{
    struct scene *scene = *state;
    assert_int_equal(drop(scene, &mail, COMMIT_YES), OUTCOME_ACCEPTED);
    assert_int_equal(drop(scene, &mail, COMMIT_NO), OUTCOME_ACCEPTED);
    assert_int_equal(scene->asked, 0);
    assert_int_equal(scene->carry.status, DROP_THERE);
}

static void another_file_of_that_name_is_never_touched(void **state)
{
    struct scene *scene = *state;
    static const char *const others[] = {"Subject: y\r\n", "", "Subject: x\r\n and more", "Subject: x\r"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        put(scene, mail.file, others[i]);
        assert_int_equal(drop(scene, &mail, COMMIT_YES), OUTCOME_REFUSED);
        assert_int_equal(scene->asked, 0);
        assert_holds(scene, mail.file, others[i]);
    }
}

static void someone_puts_it_there(struct scene *scene)
{
    put(scene, mail.file, "someone else's");
}

static void a_file_that_appears_during_the_question_is_not_replaced(void **state)
{
    struct scene *scene = *state;
    scene->at_ask = someone_puts_it_there;
    assert_int_equal(drop(scene, &mail, COMMIT_YES), OUTCOME_NOT_HANDED_OVER);
    assert_holds(scene, mail.file, "someone else's");
    assert_int_equal(count_files(scene, true), 0);
    scene->at_ask = NULL;
    assert_int_equal(drop(scene, &mail, COMMIT_YES), OUTCOME_REFUSED);
}

static void links_are_not_followed(void **state)
{
    struct scene *scene = *state;
    put(scene, "victim", "precious");
    assert_int_equal(symlink("victim", path_of(scene, mail.file)), 0);
    assert_int_equal(drop(scene, &mail, COMMIT_YES), OUTCOME_REFUSED);
    unlink(path_of(scene, mail.file));
    assert_int_equal(symlink("victim", path_of(scene, ".N-000001-email-1.eml.part")), 0);
    assert_int_equal(drop(scene, &mail, COMMIT_YES), OUTCOME_ACCEPTED);
    assert_holds(scene, "victim", "precious");
}

static void what_a_crash_left_is_cleared(void **state)
{
    struct scene *scene = *state;
    put(scene, ".N-000001-email-1.eml.part", "half of");
    assert_int_equal(drop(scene, &mail, COMMIT_YES), OUTCOME_ACCEPTED);
    assert_holds(scene, mail.file, mail.body);
    assert_int_equal(count_files(scene, true), 0);
}

static void a_package_comes_whole_also_after_a_crash_between_its_files(void **state)
{
    struct scene *scene = *state;
    put(scene, package.second_file, "a;b");
    assert_int_equal(drop(scene, &package, COMMIT_YES), OUTCOME_ACCEPTED);
    assert_int_equal(scene->carry.status, DROP_WRITTEN);
    assert_holds(scene, package.file, "{}");
    assert_int_equal(drop(scene, &package, COMMIT_YES), OUTCOME_ACCEPTED);
    assert_int_equal(scene->carry.status, DROP_THERE);
    put(scene, package.second_file, "a;c");
    assert_int_equal(drop(scene, &package, COMMIT_YES), OUTCOME_REFUSED);
}

static void unfit_names_are_refused(void **state)
{
    struct scene *scene = *state;
    static const char *const names[] = {"", ".hidden", "a/b", "../a", "a b", "a\nb", "\xc3\xa4"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct request request = mail;
        request.file = names[i];
        assert_int_equal(drop(scene, &request, COMMIT_YES), OUTCOME_REFUSED);
        request = package;
        request.second_file = names[i][0] == '\0' ? "/" : names[i];
        assert_int_equal(drop(scene, &request, COMMIT_YES), OUTCOME_REFUSED);
    }
    assert_int_equal(count_files(scene, false), 0);
}

static void a_missing_folder_is_a_misconfiguration(void **state)
{
    struct scene *scene = *state;
    char kept[sizeof scene->folder];
    strcpy(kept, scene->folder);
    strcpy(scene->folder, "/nonexistent/box");
    assert_int_equal(drop(scene, &mail, COMMIT_YES), OUTCOME_MISCONFIGURED);
    assert_non_null(strstr(scene->carry.text, "/nonexistent/box"));
    strcpy(scene->folder, "/proc/self/exe");
    assert_int_equal(drop(scene, &mail, COMMIT_YES), OUTCOME_MISCONFIGURED);
    strcpy(scene->folder, kept);
}

/* The write fails in earnest: the file may not grow beyond 5 bytes. */
static void a_full_disk_leaves_nothing_and_is_tried_later(void **state)
{
    struct scene *scene = *state;
    struct rlimit before, small;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = (struct rlimit){5, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    enum outcome_class class = drop(scene, &mail, COMMIT_YES);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(class, OUTCOME_REFUSED_FOR_NOW);
    assert_int_equal(scene->asked, 0);
    assert_int_equal(count_files(scene, false) + count_files(scene, true), 0);
    assert_int_equal(drop(scene, &mail, COMMIT_YES), OUTCOME_ACCEPTED);
}

int main(void)
{
    signal(SIGXFSZ, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_appears_only_after_the_yes, scene_new, scene_free),
        cmocka_unit_test_setup_teardown(a_no_or_silence_leaves_nothing, scene_new, scene_free),
        cmocka_unit_test_setup_teardown(the_same_file_is_accepted_without_a_question, scene_new, scene_free),
        cmocka_unit_test_setup_teardown(another_file_of_that_name_is_never_touched, scene_new, scene_free),
        cmocka_unit_test_setup_teardown(a_file_that_appears_during_the_question_is_not_replaced, scene_new, scene_free),
        cmocka_unit_test_setup_teardown(links_are_not_followed, scene_new, scene_free),
        cmocka_unit_test_setup_teardown(what_a_crash_left_is_cleared, scene_new, scene_free),
        cmocka_unit_test_setup_teardown(a_package_comes_whole_also_after_a_crash_between_its_files, scene_new,
                                        scene_free),
        cmocka_unit_test_setup_teardown(unfit_names_are_refused, scene_new, scene_free),
        cmocka_unit_test_setup_teardown(a_missing_folder_is_a_misconfiguration, scene_new, scene_free),
        cmocka_unit_test_setup_teardown(a_full_disk_leaves_nothing_and_is_tried_later, scene_new, scene_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
