#define _GNU_SOURCE
#include "secret.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "crowd.h"
#include "measures.h"
#include "seal.h"
#include "server.h"
#include "stage.h"

enum {
    INDICATIVE = 1, SECRET = 2,  // Tests/Bench/event-secret.yaml
    RATE = 1000,                 // votes a second on the other question while tokens are issued
    REQUESTS = 64,               // tokens asked for at once
    EXPECTED = 15000,            // secret votes a second that votes signed beforehand are enough for
};

// Of each phone.
static struct holder {
    uint64_t request;  // the id of its request for a token
    bool has_keys, has_token;
} *holders;
static char modulus[SEAL_TOKEN];
static uint64_t with_keys, with_token, last_token, promises_checked;
static unsigned asked, request_bytes;
static char *signed_before;  // signatures of the votes 2 … crowd.last_counter, phone by phone; NULL: sign when voting

static struct histogram latencies;

// The text behind `name`, of which there must be `length` bytes.
static const char *text_in(const char *text, size_t length, const char *name, size_t wanted) {
    const char *found = memmem(text, length, name, strlen(name));
    if (found == NULL || (size_t)(text + length - found) < strlen(name) + wanted)
        fail("there is no %s in %.*s", name, (int)length, text);
    return found + strlen(name);
}

static void welcomed(unsigned index, const char *text, size_t length) {
    static bool known;
    const char *key = text_in(text, length, "\"vkey\":\"", 1), *end = memchr(key, '"', (size_t)(text + length - key));
    if (!known && end != NULL) seal_log(key, (size_t)(end - key));
    known = true;
    if (number_in(text, length, "\"voter\":{\"n\":") != index + 1)
        fail("the ticket of phone %u opens another entry, or none: %.*s", index, (int)length, text);
}

// All must have the same key: with one of their own, voters could be told apart.
static void told_keys(unsigned index, const char *text, size_t length) {
    if (number_in(text, length, "\"q\":") != SECRET || number_in(text, length, "\"w\":") != 1)
        fail("keys of another question or weight: %.*s", (int)length, text);
    const char *n = text_in(text, length, "\"n\":\"", SEAL_TOKEN);
    if (modulus[0] == 0) {
        memcpy(modulus, n, SEAL_TOKEN);
        seal_token_key(SECRET, (unsigned)number_in(text, length, "\"r\":"), modulus);
    }
    if (memcmp(modulus, n, SEAL_TOKEN) != 0) fail("phone %u is told another key than the first", index);
    if (!holders[index].has_keys) with_keys++;
    holders[index].has_keys = true;
}

static void ask_token(void) {
    char text[512], blinded[SEAL_TOKEN], id[WIRE_ID];
    struct holder *holder = &holders[asked];
    holder->request = random_bits();
    put_id(id, holder->request);
    seal_blinded(asked, blinded);
    int length = snprintf(text, sizeof text, "{\"t\":\"token\",\"id\":\"%.*s\",\"q\":%u,\"r\":1,\"b\":\"%.*s\"}",
                          WIRE_ID, id, SECRET, SEAL_TOKEN, blinded);
    request_bytes = (unsigned)length + WIRE_HEADER;
    crowd_say(&crowd.all[asked++], text, (size_t)length);
}

static void got_token(unsigned index, const char *text, size_t length) {
    uint64_t id = 0;
    struct holder *holder = &holders[index];
    const char *signature = text_in(text, length, "\"s\":\"", SEAL_TOKEN);
    if (!take_id(text_in(text, length, "\"id\":\"", WIRE_ID), &id) || id != holder->request || holder->has_token)
        fail("phone %u got a token that it did not ask for", index);
    if (!seal_take_token(index, signature, index == 0)) fail("the first token is not the key's signature");
    holder->has_token = true;
    with_token++;
    last_token = crowd.clock;
    if (asked < crowd.phones) ask_token();
}

static unsigned choice_of(unsigned index, unsigned counter) { return (index + counter) % OPTIONS; }

// Every ack must promise; all the promises to the first phone are verified.
static void promised(const struct phone *phone, unsigned index, const char *text, size_t length) {
    int64_t by = number_in(text, length, "\"by\":"), now = time(NULL);
    const char *sig = text_in(text, length, "\"sig\":\"", SEAL_SIGNATURE);
    if (by <= now || by > now + 86460) fail("a ballot is promised for %" PRId64 ", it is %" PRId64, by, now);
    if (index > 0) return;
    if (!seal_is_promised(index, phone->counter, choice_of(index, phone->counter), by, sig))
        fail("the promise is not signed by the log: %.*s", (int)length, text);
    promises_checked++;
}

static void overhear(struct phone *phone, enum kind kind, const char *text, size_t length) {
    unsigned index = (unsigned)(phone - crowd.all);
    if (phone->role != ROLE_PHONE) return;
    switch (kind) {
    case KIND_WELCOME: welcomed(index, text, length); break;
    case KIND_KEYS: told_keys(index, text, length); break;
    case KIND_TOKEN: got_token(index, text, length); break;
    case KIND_PHASE:
        if (memmem(text, length, "\"state\":\"open\"", 14) != NULL)
            seal_wording(text_in(text, length, "\"open\":\"", SEAL_HASH));
        break;
    case KIND_ACK:
        if (crowd.seal != NULL) promised(phone, index, text, length);
        break;
    default: break;
    }
}

void secret_prepare(const char *tickets) {
    FILE *file = fopen(tickets, "re");
    char line[512];
    if (file == NULL || fgets(line, sizeof line, file) == NULL || strncmp(line, "number,weight,code", 18) != 0)
        fail("%s is no tickets.csv", tickets);
    crowd.tickets = calloc(crowd.phones, sizeof *crowd.tickets);
    holders = calloc(crowd.phones, sizeof *holders);
    if (crowd.tickets == NULL || holders == NULL) fail("no memory");
    crowd.overhear = overhear;
    for (unsigned i = 0; i < crowd.phones; i++) {
        char code[23] = {0};
        unsigned number, weight;
        if (fgets(line, sizeof line, file) == NULL || sscanf(line, "%u,%u,%22[^,\"]", &number, &weight, code) != 3 ||
            number != i + 1 || weight != 1)
            fail("%s: line %u is not a ticket of weight 1", tickets, i + 2);
        crowd.tickets[i] = strdup(code);
    }
    fclose(file);
    seal_voters(crowd.phones);
}

static void seal_vote(unsigned index, struct ballot *ballot) {
    char now[SEAL_SIGNATURE];
    const char *signature = now;
    ballot->choice = choice_of(index, ballot->counter);
    if (signed_before != NULL)
        signature = signed_before + ((size_t)index * (crowd.last_counter - 1) + ballot->counter - 2) * SEAL_SIGNATURE;
    else
        seal_sign(index, ballot->counter, ballot->choice, now);
    ballot->seal = seal_members(index, signature, &ballot->seal_length);
}

// A steady rate on the other question: so many votes, or (0) until every phone has its token. How many it were.
static uint64_t vote_steadily(uint64_t votes) {
    histogram_clear(&latencies);
    crowd.latencies = &latencies;
    uint64_t start = now_ns(), end = start + 120000000000, i = 0;
    while (votes > 0 ? i < votes : with_token < crowd.phones) {
        uint64_t due = start + i * 1000000000 / RATE;
        if (due > now_ns()) crowd_turn(due);
        else crowd_vote((unsigned)(i++ % crowd.phones), due);
        if (i % 64 == 0) crowd_turn(0);
        if (votes == 0 && now_ns() > end)
            fail("tokens: %" PRIu64 " of %u phones have one after 120 s", with_token, crowd.phones);
    }
    stage_until(&crowd.acked, crowd.cast, "acks at a steady rate");
    crowd.latencies = NULL;
    return i;
}

static void ack_figures(const char *when) {
    char name[64];
    snprintf(name, sizeof name, "ack_p99_ms@%s", when);
    figure(name, (double)histogram_percentile(&latencies, 99) / 1e6);
    snprintf(name, sizeof name, "ack_max_ms@%s", when);
    figure(name, (double)histogram_percentile(&latencies, 100) / 1e6);
}

// All phones get their tokens while votes come at a steady rate, and the same votes again without.
static void measure_tokens(void) {
    stage_bring(INDICATIVE, true);
    stage_until(&with_keys, crowd.phones, "keys for tokens");
    vote_steadily(RATE / 2);
    uint64_t cpu = server_cpu(), start = now_ns();
    for (unsigned i = 0; i < REQUESTS && i < crowd.phones; i++) ask_token();
    uint64_t votes = vote_steadily(0);
    cpu = server_cpu() - cpu;
    ack_figures("tokens");
    crowd_rest(200);
    uint64_t calm = server_cpu();
    vote_steadily(votes);
    calm = server_cpu() - calm;
    ack_figures("calm");
    figure("tokens_per_s", crowd.phones / (double)(last_token - start) * 1e9);
    figure("token_cpu_us", ((double)cpu - (double)calm) / 1e3 / crowd.phones);
}

// The moderator opens, everybody signs and votes on hearing of it, until the last ack.
static void measure_secret_moment(void) {
    stage_bring(SECRET, false);
    crowd_rest(1500);  // what was voted before joins the log meanwhile
    crowd.seal = seal_vote;
    crowd.answer = true;
    uint64_t cast = crowd.cast, cpu = server_cpu(), own = own_cpu(), start = stage_open();
    stage_until(&crowd.acked, cast + crowd.phones, "everybody's secret votes");
    cpu = server_cpu() - cpu;
    own = own_cpu() - own;
    crowd.answer = false;
    stage_wait("opening");
    figure("secret_moment_ms", (double)(crowd.last_ack - start) / 1e6);
    figure("secret_moment_load_ms", (double)own / 1e6);
    figure("secret_moment_cpu_us", (double)cpu / 1e3 / crowd.phones);
}

static void sign_beforehand(void) {
    unsigned each = (unsigned)(EXPECTED * (effort.seconds + 0.5) / crowd.phones) + 2;
    crowd.last_counter = each + 1;
    char *signatures = malloc((size_t)crowd.phones * each * SEAL_SIGNATURE), *at = signatures;
    if (signatures == NULL) fail("no memory for %u signatures", crowd.phones * each);
    for (unsigned i = 0; i < crowd.phones; i++) {
        for (unsigned n = 2; n <= crowd.last_counter; n++, at += SEAL_SIGNATURE)
            seal_sign(i, n, choice_of(i, n), at);
        if (i % 64 == 0) crowd_turn(0);
    }
    signed_before = signatures;
}

// Every phone changes its vote as soon as the last is acknowledged, until the first has none left that is signed.
static void measure_secret_votes(void) {
    sign_beforehand();
    crowd_rest(1500);
    crowd.again_until = UINT64_MAX;
    for (unsigned i = 0; i < crowd.phones; i++) {
        crowd_vote(i, now_ns());
        if (i % 64 == 0) crowd_turn(0);
    }
    uint64_t warm = now_ns() + 500000000, end = warm + (uint64_t)(effort.seconds * 1e9);
    crowd.again_until = end;
    while (now_ns() < warm) crowd_turn(warm);
    uint64_t acked = crowd.acked, from = now_ns(), cpu = server_cpu(), own = own_cpu();
    while (now_ns() < end && !crowd.spent) crowd_turn(end);
    double votes = (double)(crowd.acked - acked), time = (double)(now_ns() - from);
    cpu = server_cpu() - cpu;
    own = own_cpu() - own;
    figure("secret_votes_per_s", votes / time * 1e9);
    figure("secret_server_cpu_us", (double)cpu / 1e3 / votes);
    figure("secret_server_busy", (double)cpu / time);
    figure("secret_load_busy", (double)own / time);
    stage_until(&crowd.acked, crowd.cast, "the last acks of secret votes");
    crowd.again_until = 0;
    if (promises_checked == 0) fail("no promise was checked");
}

void measure_secret(void) {
    measure_tokens();
    measure_secret_moment();
    measure_secret_votes();
    figure("secret_vote_bytes", crowd.vote_bytes);
    figure("secret_ack_bytes", crowd.bytes[KIND_ACK]);
    figure("token_bytes", request_bytes + crowd.bytes[KIND_TOKEN]);
    figure("keys_bytes", crowd.bytes[KIND_KEYS]);
}
