#include "fake/test.h"

#include "base/digest.h"

static void sha256_matches_the_standard(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *hex;
    } cases[] = {
        /* FIPS 180-4 examples */
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        unsigned char digest[SHA256_SIZE];
        char hex[SHA256_TEXT_SIZE];
        digest_sha256(cases[i].bytes, strlen(cases[i].bytes), digest);
        expect_text(cases[i].bytes, digest_hex(digest, sizeof digest, hex), cases[i].hex);
    }
    char hex[1];
    assert_string_equal(digest_hex(NULL, 0, hex), "");
}

static void crc32_matches_zlib(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        uint32_t crc;
    } cases[] = {
        {"", 0},
        {"123456789", 0xcbf43926}, /* the check value of every CRC catalogue */
        {"a", 0xe8b7be43},
        {"The quick brown fox jumps over the lazy dog", 0x414fa339},
    };
    for (size_t i = 0; i < LENGTH(cases); i++)
        expect_int(cases[i].bytes, digest_crc32(cases[i].bytes, strlen(cases[i].bytes)), cases[i].crc);
    static const unsigned char zeros[32];
    assert_int_equal(digest_crc32(zeros, sizeof zeros), 0x190a55ad);
}

static void addresses_differ_by_channel_and_not_by_case(void **state)
{
    (void)state;
    char want[SHA256_TEXT_SIZE], a[SHA256_TEXT_SIZE], b[SHA256_TEXT_SIZE];
    unsigned char digest[SHA256_SIZE];
    digest_sha256("email\0anna@firma.example", 24, digest);
    digest_hex(digest, sizeof digest, want);
    assert_string_equal(digest_address("email", "anna@firma.example", a), want);
    assert_string_equal(digest_address("email", "Anna@Firma.EXAMPLE", b), want);
    assert_string_not_equal(digest_address("sms", "anna@firma.example", b), want);
    /* The NUL keeps "a" + "bc" and "ab" + "c" apart. */
    assert_string_not_equal(digest_address("emaila", "nna@firma.example", b), want);
}

static void long_addresses_are_hashed_whole(void **state)
{
    (void)state;
    for (size_t length = 120; length < 400; length++) {
        char bytes[512] = "email", got[SHA256_TEXT_SIZE], want[SHA256_TEXT_SIZE];
        unsigned char digest[SHA256_SIZE];
        for (size_t i = 0; i < length; i++)
            bytes[6 + i] = (char)('a' + i % 26);
        digest_sha256(bytes, 6 + length, digest);
        digest_hex(digest, sizeof digest, want);
        assert_string_equal(digest_address("email", bytes + 6, got), want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_matches_the_standard),
        cmocka_unit_test(crc32_matches_zlib),
        cmocka_unit_test(addresses_differ_by_channel_and_not_by_case),
        cmocka_unit_test(long_addresses_are_hashed_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
