// The measure of secret votes: tokens issued beside a vote, the moment a secret question opens, votes at full rate.
#ifndef SECRET_H
#define SECRET_H

// Before anybody connects: a ticket for each phone, from the tickets.csv of `plenum roster`; keys for the voters.
void secret_prepare(const char *tickets);
// For Tests/Bench/event-secret.yaml; leaves the secret question open.
void measure_secret(void);
#endif
