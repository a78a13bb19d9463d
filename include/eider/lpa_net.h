/* libeider-lpa-net: ports for libeider-lpa that are ready to use: HTTPS, cards in PC/SC readers, cards behind
 * `eider card serve`. Linked beside libeider-lpa, by hosts that have nothing better of their own.
 *
 * An object of this library is used by one thread at a time, and lives longer than the eider_lpa that its
 * port was given to. */
#ifndef EIDER_LPA_NET_H
#define EIDER_LPA_NET_H

#include <eider/lpa.h>

#ifdef __cplusplus
extern "C" {
#endif

/* As eider_lpa_last_error, of the functions of this library. */
EIDER_LPA_API const eider_lpa_error* eider_lpa_net_last_error(void);

/* ---- Cards ---- */

typedef struct eider_lpa_net_card eider_lpa_net_card;
/* The only PC/SC reader whose name contains `reader`; NULL or "": the only one. For this process alone. */
EIDER_LPA_API eider_lpa_status eider_lpa_net_card_pcsc(const char* reader, eider_lpa_net_card** out);
/* `eider card serve CARD --tcp host:port`; connects and resets the card. */
EIDER_LPA_API eider_lpa_status eider_lpa_net_card_tcp(const char* host, uint16_t port,
                                                      eider_lpa_net_card** out);
/* For eider_lpa_config.card, with EIDER_LPA_ONLY_TERMINAL: nobody else is the terminal of these cards. Owned
 * by `card`. */
EIDER_LPA_API const eider_lpa_card* eider_lpa_net_card_port(const eider_lpa_net_card* card);
EIDER_LPA_API void eider_lpa_net_card_free(eider_lpa_net_card* card);

/* ---- HTTPS ---- */

typedef struct eider_lpa_net_trust {
  uint32_t struct_size;
  int32_t web_roots; /* trust the system's certification authorities as well */
  /* Certificates of CIs in files, PEM or DER: those of the GSMA CIs that the card names
   * (euiccCiPKIdListForVerification of eider_lpa_chip.json), or of a test PKI. */
  const char* const* ca_files;
  size_t ca_file_count;
  /* For tests: "host:port=address:port" connects there without a name look-up; names are checked all the
   * same. */
  const char* const* resolve;
  size_t resolve_count;
} eider_lpa_net_trust;

typedef struct eider_lpa_net_http eider_lpa_net_http;
/* Verifies always: chain, validity, host name, key usage and, below a CI, the role (SGP.22 section 4.5.2.1).
 * Without any trust anchor it is EIDER_LPA_ERR_LOCAL. */
EIDER_LPA_API eider_lpa_status eider_lpa_net_http_create(const eider_lpa_net_trust* trust,
                                                         eider_lpa_net_http** out);
/* For eider_lpa_config.http. Owned by `http`. */
EIDER_LPA_API const eider_lpa_http* eider_lpa_net_http_port(const eider_lpa_net_http* http);
EIDER_LPA_API void eider_lpa_net_http_free(eider_lpa_net_http* http);

#ifdef __cplusplus
}

#include <memory>

namespace eider::sdk {
struct FreeNet {
  void operator()(eider_lpa_net_card* card) const { eider_lpa_net_card_free(card); }
  void operator()(eider_lpa_net_http* http) const { eider_lpa_net_http_free(http); }
};
using NetCard = std::unique_ptr<eider_lpa_net_card, FreeNet>;
using NetHttp = std::unique_ptr<eider_lpa_net_http, FreeNet>;
}  // namespace eider::sdk
#endif
#endif
