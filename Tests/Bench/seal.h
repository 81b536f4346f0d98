// The cryptography of a secret ballot, exactly as in Sources/Ledger/DESIGN.md, but nothing is hidden: the blinding factor
// is 1, which a load generator may do.
#ifndef SEAL_H
#define SEAL_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Lengths in base64.
enum { SEAL_HASH = 44, SEAL_KEY = 44, SEAL_TOKEN = 344, SEAL_SIGNATURE = 88 };

// Fresh keys for so many voters, all of weight 1.
void seal_voters(unsigned count);
// The log's name and key, from a welcome.
void seal_log(const char *vkey, size_t length);
// The token key of this question and round; the log must be known.
void seal_token_key(unsigned question, unsigned round, const char modulus[SEAL_TOKEN]);
// The leaf hash of the round's open entry, for what is signed from now on.
void seal_wording(const char hash[SEAL_HASH]);

// What the hub is to sign blindly for a voter, and what came back. False if `check` and it is not the hub's signature.
void seal_blinded(unsigned voter, char out[SEAL_TOKEN]);
bool seal_take_token(unsigned voter, const char signature[SEAL_TOKEN], bool check);

// A voter's signature of a choice. With it a vote's members behind `c`, good until the voter's next.
void seal_sign(unsigned voter, unsigned counter, unsigned choice, char out[SEAL_SIGNATURE]);
const char *seal_members(unsigned voter, const char signature[SEAL_SIGNATURE], size_t *length);

// Whether an ack's promise is the log's, of the ballot that `seal_members` was last asked for.
bool seal_is_promised(unsigned voter, unsigned counter, unsigned choice, int64_t by, const char sig[SEAL_SIGNATURE]);
#endif
