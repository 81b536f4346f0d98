#define _GNU_SOURCE
#define OPENSSL_API_COMPAT 0x10100000L  // PSS encoding without a key's signature is only there
#include "seal.h"

#include <inttypes.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crowd.h"

enum { MODULUS = 256, SALT = 48, TOKEN_INPUT = 2 + 32 + 32 + 32, MESSAGE = 512 };

// SubjectPublicKeyInfo of RFC 9578 §8.2.2 around a modulus: RSASSA-PSS, SHA-384, MGF1 with SHA-384, salt 48.
static const uint8_t spki_head[] = {
    0x30, 0x82, 0x01, 0x52, 0x30, 0x3D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0A, 0x30, 0x30,
    0xA0, 0x0D, 0x30, 0x0B, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0xA1, 0x1A, 0x30, 0x18,
    0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x08, 0x30, 0x0B, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
    0x65, 0x03, 0x04, 0x02, 0x02, 0xA2, 0x03, 0x02, 0x01, 0x30, 0x03, 0x82, 0x01, 0x0F, 0x00, 0x30, 0x82, 0x01, 0x0A,
    0x02, 0x82, 0x01, 0x01, 0x00};
static const uint8_t spki_tail[] = {0x02, 0x03, 0x01, 0x00, 0x01};
enum { SPKI = sizeof spki_head + MODULUS + sizeof spki_tail };

static const char before_key[] = ",\"w\":1,\"k\":\"", before_token[] = "\",\"a\":\"",
                  before_signature[] = "\",\"s\":\"";
enum {
    KEY_AT = sizeof before_key - 1,
    TOKEN_AT = KEY_AT + SEAL_KEY + sizeof before_token - 1,
    SIGNATURE_AT = TOKEN_AT + SEAL_TOKEN + sizeof before_signature - 1,
    MEMBERS = SIGNATURE_AT + SEAL_SIGNATURE + 1,
};

static struct voter {
    EVP_PKEY *key;
    uint8_t nonce[32];
    char members[MEMBERS];
} *voters;
static char origin[256], wording[SEAL_HASH + 1];
static EVP_PKEY *log_key;
static EVP_MD_CTX *context;
static RSA *token_key;
static unsigned question, round_number;
static uint8_t token_suffix[64];  // challenge digest and token key id

static void base64(char *out, const uint8_t *bytes, size_t length) {
    char text[512];  // EVP_EncodeBlock ends with a zero, which may not fit where the text goes
    int size = EVP_EncodeBlock((uint8_t *)text, bytes, (int)length);
    memcpy(out, text, (size_t)size);
}

// Exactly `length` bytes, or it is not what the hub should have sent.
static void bytes_of(uint8_t *out, size_t length, const char *text) {
    uint8_t bytes[512];
    int size = EVP_DecodeBlock(bytes, (const uint8_t *)text, (int)((length + 2) / 3 * 4));
    if (size < (int)length) fail("this is not base64 of %zu bytes: %.40s", length, text);
    memcpy(out, bytes, length);
}

void seal_voters(unsigned count) {
    voters = calloc(count, sizeof *voters);
    context = EVP_MD_CTX_new();
    if (voters == NULL || context == NULL) fail("no memory");
    for (unsigned i = 0; i < count; i++) {
        uint64_t seed[4] = {random_bits(), random_bits(), random_bits(), random_bits()};
        size_t length = sizeof voters->nonce;
        struct voter *voter = &voters[i];
        voter->key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, (const uint8_t *)seed, sizeof seed);
        if (voter->key == NULL || EVP_PKEY_get_raw_public_key(voter->key, voter->nonce, &length) != 1)
            fail("OpenSSL makes no Ed25519 key");
        memcpy(voter->members, before_key, KEY_AT);
        base64(voter->members + KEY_AT, voter->nonce, sizeof voter->nonce);
        memcpy(voter->members + KEY_AT + SEAL_KEY, before_token, sizeof before_token - 1);
        memcpy(voter->members + TOKEN_AT + SEAL_TOKEN, before_signature, sizeof before_signature - 1);
        voter->members[MEMBERS - 1] = '"';
    }
}

// "origin+hex key id+base64(01‖public key)"
void seal_log(const char *vkey, size_t length) {
    uint8_t key[33];
    const char *id = memchr(vkey, '+', length);
    if (id == NULL || (size_t)(id - vkey) >= sizeof origin || length != (size_t)(id - vkey) + 10 + SEAL_KEY)
        fail("this is no vkey: %.*s", (int)length, vkey);
    bytes_of(key, sizeof key, id + 10);
    snprintf(origin, sizeof origin, "%.*s", (int)(id - vkey), vkey);
    log_key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key + 1, 32);
    if (key[0] != 1 || log_key == NULL) fail("this is no Ed25519 key: %.*s", (int)length, vkey);
}

static void leaf_hash(uint8_t out[32], const char *entry, size_t length) {
    uint8_t bytes[2048] = {0};
    if (length >= sizeof bytes) fail("an entry of %zu bytes", length);
    memcpy(bytes + 1, entry, length);
    SHA256(bytes, length + 1, out);
}

void seal_token_key(unsigned q, unsigned r, const char modulus[SEAL_TOKEN]) {
    uint8_t spki[SPKI], leaf[32], challenge[512];
    char text[SPKI / 3 * 4 + 8], entry[1024];
    question = q;
    round_number = r;
    memcpy(spki, spki_head, sizeof spki_head);
    bytes_of(spki + sizeof spki_head, MODULUS, modulus);
    memcpy(spki + sizeof spki_head + MODULUS, spki_tail, sizeof spki_tail);
    int size = EVP_EncodeBlock((uint8_t *)text, spki, SPKI);
    size = snprintf(entry, sizeof entry, "{\"q\":%u,\"r\":%u,\"spki\":\"%.*s\",\"t\":\"key\",\"w\":1}", q, r, size,
                    text);
    leaf_hash(leaf, entry, (size_t)size);
    // TokenChallenge{0002, issuer_name, redemption_context, origin_info = ""}
    size_t name = strlen(origin), at = 4 + name;
    memcpy(challenge, (uint8_t[]){0, 2, (uint8_t)(name >> 8), (uint8_t)name}, 4);
    memcpy(challenge + 4, origin, name);
    challenge[at] = 32;
    memcpy(challenge + at + 1, leaf, 32);
    memset(challenge + at + 33, 0, 2);
    SHA256(challenge, at + 35, token_suffix);
    SHA256(spki, SPKI, token_suffix + 32);
    BIGNUM *n = BN_bin2bn(spki + sizeof spki_head, MODULUS, NULL), *e = BN_new();
    token_key = RSA_new();
    if (BN_set_word(e, RSA_F4) != 1 || RSA_set0_key(token_key, n, e, NULL) != 1 || RSA_size(token_key) != MODULUS)
        fail("this is no modulus: %.40s", modulus);
}

void seal_wording(const char hash[SEAL_HASH]) { memcpy(wording, hash, SEAL_HASH); }

static void token_digest(unsigned voter, uint8_t out[SHA384_DIGEST_LENGTH]) {
    uint8_t input[TOKEN_INPUT] = {0, 2};
    memcpy(input + 2, voters[voter].nonce, 32);
    memcpy(input + 34, token_suffix, 64);
    SHA384(input, sizeof input, out);
}

void seal_blinded(unsigned voter, char out[SEAL_TOKEN]) {
    uint8_t digest[SHA384_DIGEST_LENGTH], encoded[MODULUS];
    token_digest(voter, digest);
    if (RSA_padding_add_PKCS1_PSS_mgf1(token_key, encoded, digest, EVP_sha384(), EVP_sha384(), SALT) != 1)
        fail("OpenSSL does not encode with PSS");
    base64(out, encoded, MODULUS);
}

bool seal_take_token(unsigned voter, const char signature[SEAL_TOKEN], bool check) {
    memcpy(voters[voter].members + TOKEN_AT, signature, SEAL_TOKEN);
    if (!check) return true;
    uint8_t bytes[MODULUS], encoded[MODULUS], digest[SHA384_DIGEST_LENGTH];
    bytes_of(bytes, MODULUS, signature);
    token_digest(voter, digest);
    return RSA_public_decrypt(MODULUS, bytes, encoded, token_key, RSA_NO_PADDING) == MODULUS &&
           RSA_verify_PKCS1_PSS_mgf1(token_key, digest, EVP_sha384(), EVP_sha384(), encoded, SALT) == 1;
}

void seal_sign(unsigned voter, unsigned counter, unsigned choice, char out[SEAL_SIGNATURE]) {
    char message[MESSAGE];
    uint8_t signature[64];
    size_t length = sizeof signature;
    int size = snprintf(message, sizeof message, "vote-ballot/v1\n%s\n%s\n%u\n[%u]\n", origin, wording, counter,
                        choice);
    EVP_MD_CTX_reset(context);
    if (EVP_DigestSignInit(context, NULL, NULL, NULL, voters[voter].key) != 1 ||
        EVP_DigestSign(context, signature, &length, (const uint8_t *)message, (size_t)size) != 1)
        fail("OpenSSL does not sign with Ed25519");
    base64(out, signature, sizeof signature);
}

const char *seal_members(unsigned voter, const char signature[SEAL_SIGNATURE], size_t *length) {
    memcpy(voters[voter].members + SIGNATURE_AT, signature, SEAL_SIGNATURE);
    *length = MEMBERS;
    return voters[voter].members;
}

bool seal_is_promised(unsigned voter, unsigned counter, unsigned choice, int64_t by, const char sig[SEAL_SIGNATURE]) {
    char entry[1024], hash[SEAL_HASH], message[MESSAGE];
    const char *members = voters[voter].members;
    uint8_t leaf[32], signature[64];
    int size = snprintf(entry, sizeof entry,
                        "{\"a\":\"%.*s\",\"c\":[%u],\"k\":\"%.*s\",\"n\":%u,\"q\":%u,\"r\":%u,\"s\":\"%.*s\","
                        "\"t\":\"ballot\",\"w\":1}",
                        SEAL_TOKEN, members + TOKEN_AT, choice, SEAL_KEY, members + KEY_AT, counter, question,
                        round_number, SEAL_SIGNATURE, members + SIGNATURE_AT);
    leaf_hash(leaf, entry, (size_t)size);
    base64(hash, leaf, sizeof leaf);
    size = snprintf(message, sizeof message, "vote-receipt/v1\n%s\n%.*s\n%" PRId64 "\n", origin, SEAL_HASH, hash, by);
    bytes_of(signature, sizeof signature, sig);
    EVP_MD_CTX_reset(context);
    return EVP_DigestVerifyInit(context, NULL, NULL, NULL, log_key) == 1 &&
           EVP_DigestVerify(context, signature, sizeof signature, (const uint8_t *)message, (size_t)size) == 1;
}
