/* libeider-lpa: a Local Profile Assistant (GSMA SGP.22 v2.6.1) for devices, as a library without I/O.
 *
 * The host lends it a card, HTTPS and a user through callbacks; the library speaks ES10, ES9+ and ES11. See
 * docs/library.md.
 *
 * Threads. A handle is used by one thread at a time; which one may change between calls. A function that is
 * called while another runs on the same handle, from a callback or another thread, does nothing and returns
 * EIDER_LPA_ERR_BUSY. eider_lpa_cancel, eider_lpa_is_cancelled and eider_lpa_activation_code_check may be
 * called at any time from any thread. Different handles are independent. Callbacks are called on the thread
 * that called the library, never afterwards.
 *
 * Memory. Strings are UTF-8 and end with NUL. What the host passes is borrowed for the call; the port
 * structures of eider_lpa_config are copied, their `context` must live as long as the handle. What a function
 * gives back by a pointer to a pointer is the host's, until it calls the _free function of that type (NULL is
 * allowed); such results stay readable after the handle is gone. What a callback is given is valid until it
 * returns.
 *
 * Structures. Each begins with `struct_size`, which the host sets to sizeof of the structure that it was
 * compiled with, and has every member it does not use set to 0. Members are only ever added at the end. A
 * size below that of the first version, or unknown members that are not 0, are EIDER_LPA_ERR_ARGUMENT.
 *
 * C++. No exception leaves the library, and none should leave a callback; one that does counts as its
 * failure. Callbacks must not leave by longjmp, nor may the thread be ended by pthread_cancel. lpa.hpp has
 * the same with C++ types. */
#ifndef EIDER_LPA_H
#define EIDER_LPA_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define EIDER_LPA_API __attribute__((visibility("default")))
#else
#define EIDER_LPA_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Status and errors ---- */

/* What every function returns. Values are never given another meaning. */
typedef int32_t eider_lpa_status;
enum {
  EIDER_LPA_OK = 0,
  EIDER_LPA_ERR_ARGUMENT = 1,     /* the host's mistake: nothing was done */
  EIDER_LPA_ERR_BUSY = 2,         /* the handle is in use: nothing was done */
  EIDER_LPA_ERR_MEMORY = 3,       /* none left */
  EIDER_LPA_ERR_LOCAL = 4,        /* this side cannot: no such Profile, a malformed Activation Code */
  EIDER_LPA_ERR_CARD = 5,         /* the card said no: status word or result code */
  EIDER_LPA_ERR_SERVER = 6,       /* the server said no: subject and reason code */
  EIDER_LPA_ERR_VERIFICATION = 7, /* a certificate, signature or binding did not hold */
  EIDER_LPA_ERR_MALFORMED = 8,    /* card or server sent what is not of the specification */
  EIDER_LPA_ERR_NOT_REACHED = 9,  /* card or server gave no answer: worth another try as it was */
  EIDER_LPA_ERR_CANCELLED = 10,   /* by the user's answer or eider_lpa_cancel */
  EIDER_LPA_ERR_INTERNAL = 11     /* a defect of the library */
};

typedef struct eider_lpa_error {
  uint32_t struct_size; /* set by the library */
  eider_lpa_status status;
  /* "8.2.6/3.8", "EnableProfile disallowedByPolicy(3)", "6985", "chain"; "" when there is none */
  const char* code;
  const char* cause;  /* one line */
  const char* clause; /* of the specification; may be "" */
  const char* remedy; /* may be "" */
} eider_lpa_error;

/* Of the last function that this thread called; never NULL. Valid until this thread calls another function
 * that returns an eider_lpa_status. Texts never contain a secret. */
EIDER_LPA_API const eider_lpa_error* eider_lpa_last_error(void);
/* "not reached"; "unknown status" for any other number. */
EIDER_LPA_API const char* eider_lpa_status_name(eider_lpa_status status);
/* "0.1.0" */
EIDER_LPA_API const char* eider_lpa_version(void);

/* ---- What the host lends ---- */

/* Octets of a response that a transmit callback has room for: those of a short APDU, and more. */
#define EIDER_LPA_RESPONSE_MAX 1024u

typedef struct eider_lpa_card {
  uint32_t struct_size;
  void* context; /* given to each callback */
  /* One command APDU, at most 261 octets, on the connection as it is: the library opens a logical channel of
   * its own by MANAGE CHANNEL and puts its number into the class. `*response_size` is EIDER_LPA_RESPONSE_MAX
   * when called; set it to the octets written: the card's answer and SW1 SW2 as they came, 61xx and 6Cxx
   * included. Anything but EIDER_LPA_OK says that no complete answer came. Must not hang: give up after a
   * time (a minute; installing takes long). */
  eider_lpa_status (*transmit)(void* context, const uint8_t* command, size_t command_size, uint8_t* response,
                               size_t* response_size);
  /* Cold or warm reset, after which only the basic channel is open. NULL: the host cannot; a card that needs
   * a reset to switch Profiles is then EIDER_LPA_ERR_LOCAL; the same as to return that. */
  eider_lpa_status (*reset)(void* context);
} eider_lpa_card;

typedef struct eider_lpa_http_header {
  const char* name;
  const char* value;
} eider_lpa_http_header;

typedef struct eider_lpa_http_request {
  uint32_t struct_size; /* set by the library */
  uint32_t timeout_ms;  /* for everything: look-up, connection, TLS, request and answer */
  const char* host;     /* must be in the server's certificate (SAN dNSName) */
  const char* path;
  uint16_t port;
  /* 1: an RSP session begins: use a new connection with a new key exchange (SGP.22 section 2.6.6). */
  uint16_t new_session;
  uint32_t header_count;
  const eider_lpa_http_header* headers; /* all but Host and Content-Length */
  const uint8_t* body;
  size_t body_size;
  /* OIDs in dotted text: if the server's certificate names a role of the GSMA PKI, one of these must be among
   * its certificatePolicies (SGP.22 section 4.5.2.1). */
  const char* const* server_policies;
  size_t server_policy_count;
} eider_lpa_http_request;

/* Takes the answer to one request; gone when the callback returns. */
typedef struct eider_lpa_http_reply eider_lpa_http_reply;
EIDER_LPA_API eider_lpa_status eider_lpa_http_reply_status(eider_lpa_http_reply* reply, int32_t http_status);
EIDER_LPA_API eider_lpa_status eider_lpa_http_reply_header(eider_lpa_http_reply* reply, const char* name,
                                                           const char* value);
/* Appends. EIDER_LPA_ERR_MALFORMED: the answer is larger than eider_lpa_config.max_http_body; stop receiving
 * it. */
EIDER_LPA_API eider_lpa_status eider_lpa_http_reply_body(eider_lpa_http_reply* reply, const uint8_t* data,
                                                         size_t size);
/* For a post that fails: why, in one line, for eider_lpa_error.cause. */
EIDER_LPA_API eider_lpa_status eider_lpa_http_reply_failure(eider_lpa_http_reply* reply, const char* text);

typedef struct eider_lpa_http {
  uint32_t struct_size;
  void* context;
  /* Sends POST https://host:port/path over TLS 1.2 or later and gives the answer to `reply`, whatever its
   * HTTP status; redirects are not followed. TLS is the host's matter, and it must verify: chain to a CI that
   * the card trusts (euiccCiPKIdListForVerification in eider_lpa_chip.json; certificates of the GSMA CIs),
   * validity, host name and role; a client that does not lets anyone in between learn which Profile goes to
   * which EID. The package itself is protected end to end. Returns EIDER_LPA_OK, EIDER_LPA_ERR_VERIFICATION
   * (the certificate), EIDER_LPA_ERR_LOCAL (this device cannot), or anything else: no complete answer. */
  eider_lpa_status (*post)(void* context, const eider_lpa_http_request* request, eider_lpa_http_reply* reply);
} eider_lpa_http;

typedef int32_t eider_lpa_answer;
enum {
  /* The Operator learns that the user rejected the Profile; the Activation Code is used up. */
  EIDER_LPA_NO = 0,
  EIDER_LPA_YES = 1,
  EIDER_LPA_LATER = 2, /* the same Activation Code works again */
  EIDER_LPA_TIMEOUT = 3
};

/* eider_lpa_profile.profile_class and others; SGP.22 section 4.4 */
enum { EIDER_LPA_CLASS_TEST = 0, EIDER_LPA_CLASS_PROVISIONING = 1, EIDER_LPA_CLASS_OPERATIONAL = 2 };
/* bits of policy_rules; SGP.22 section 2.9.1 */
enum {
  EIDER_LPA_PPR1 = 1u << 1, /* the Profile cannot be disabled */
  EIDER_LPA_PPR2 = 1u << 2  /* the Profile cannot be deleted */
};
enum { EIDER_LPA_ICON_NONE = -1, EIDER_LPA_ICON_JPG = 0, EIDER_LPA_ICON_PNG = 1 };

/* A Profile on the card or on offer. Texts are printable; "" and 0 when absent. */
typedef struct eider_lpa_profile {
  uint32_t struct_size; /* set by the library */
  int32_t enabled;
  const char* iccid;    /* decimal digits */
  const char* isdp_aid; /* hexadecimal; "" of an offer */
  const char* nickname;
  const char* service_provider;
  const char* name;
  int32_t profile_class;
  uint32_t policy_rules;
  int32_t icon_type;
  uint32_t reserved;
  const uint8_t* icon;
  size_t icon_size;
} eider_lpa_profile;

/* What the user is asked about. */
typedef struct eider_lpa_offer {
  uint32_t struct_size; /* set by the library */
  int32_t confirmation_code_required;
  int32_t policy_rule_consent_required; /* EIDER_LPA_YES also agrees to the rules */
  uint32_t reserved;
  const char* smdp_address;
  const eider_lpa_profile* profile;
} eider_lpa_offer;

/* In the order of a download (SGP.22 section 3.1.3); the last two follow other operations, too. */
enum {
  EIDER_LPA_STEP_READ_CARD = 0,
  EIDER_LPA_STEP_CONTACT_SERVER = 1,
  EIDER_LPA_STEP_AUTHENTICATE_SERVER = 2,
  EIDER_LPA_STEP_AUTHENTICATE_CLIENT = 3,
  EIDER_LPA_STEP_CONFIRM = 4,
  EIDER_LPA_STEP_PREPARE_DOWNLOAD = 5,
  EIDER_LPA_STEP_GET_PACKAGE = 6,
  EIDER_LPA_STEP_INSTALL = 7,
  EIDER_LPA_STEP_NOTIFY = 8,
  EIDER_LPA_STEP_ENABLE = 9
};

enum { EIDER_LPA_LOG_DEBUG = 1, EIDER_LPA_LOG_INFO = 2, EIDER_LPA_LOG_WARNING = 3, EIDER_LPA_LOG_ERROR = 4 };

/* Each may be NULL. Without `confirm` nothing is ever downloaded. */
typedef struct eider_lpa_user {
  uint32_t struct_size;
  void* context;
  /* Strong Confirmation: show name, provider and ICCID, and the rules where consent to them is asked for. */
  eider_lpa_answer (*confirm)(void* context, const eider_lpa_offer* offer);
  /* The package holds another Profile than was offered. NULL: EIDER_LPA_NO. */
  eider_lpa_answer (*confirm_changed)(void* context, const eider_lpa_profile* confirmed,
                                      const eider_lpa_profile* package);
  /* Writes the Confirmation Code into `code` (`*size` octets of room, no NUL) and its length into `*size`;
   * the buffer is overwritten afterwards. `attempt` counts from 1. Anything but EIDER_LPA_OK, or no octets:
   * the user has none; the order stays. */
  eider_lpa_status (*confirmation_code)(void* context, const eider_lpa_offer* offer, int32_t attempt,
                                        char* code, size_t* size);
  /* `done` of `total` units of the step; 0 of 0 when it begins. */
  void (*progress)(void* context, int32_t step, uint64_t done, uint64_t total);
  /* Something went wrong beside the operation, which goes on. */
  void (*warn)(void* context, const char* text);
  void (*log)(void* context, int32_t level, const char* component, const char* text);
} eider_lpa_user;

enum { EIDER_LPA_BINDING_JSON = 0, EIDER_LPA_BINDING_ASN1 = 1 };
/* eider_lpa_config.flags */
enum {
  /* The card sits in a bare reader: the library sends TERMINAL PROFILE and carries out REFRESH. */
  EIDER_LPA_ONLY_TERMINAL = 1u << 0,
  EIDER_LPA_REFUSE_POLICY_RULES = 1u << 1,   /* on removable cards (SGP.22 section 3.1.3) */
  EIDER_LPA_NO_TERMINAL_CAPABILITY = 1u << 2 /* the host has told the card already */
};

typedef struct eider_lpa_config {
  uint32_t struct_size;
  uint32_t flags;
  const eider_lpa_card* card; /* required */
  const eider_lpa_http* http; /* NULL: only what needs no server; notifications wait on the card */
  const eider_lpa_user* user; /* may be NULL */
  const char* imei;           /* 15 digits, told to servers with its TAC; NULL: none, and the TAC below */
  const char* tac;            /* 8 digits; NULL and no IMEI: that of Eider's tests */
  const uint8_t* isd_r_aid;   /* NULL: the specification's, then those that are known in the field */
  size_t isd_r_aid_size;
  uint32_t block_size;      /* octets of a STORE DATA, up to 255; 0: 120, since modems truncate long ones */
  uint32_t http_timeout_ms; /* 0: 60000 */
  uint32_t max_http_body;   /* octets; 0: 4 MiB */
  uint32_t binding;         /* of ES9+ and ES11 */
  /* Milliseconds since 1970 UTC, for times of repetition; NULL: the system's clock. */
  int64_t (*now)(void* context);
  void* now_context;
} eider_lpa_config;

/* ---- Life ---- */

typedef struct eider_lpa eider_lpa;

/* Touches neither card nor network. */
EIDER_LPA_API eider_lpa_status eider_lpa_create(const eider_lpa_config* config, eider_lpa** out);
/* Gives the logical channel back and ends the handle. NULL is allowed. EIDER_LPA_ERR_BUSY: it is in use, and
 * lives on. */
EIDER_LPA_API eider_lpa_status eider_lpa_destroy(eider_lpa* lpa);
/* The first function that needs the card opens a logical channel and selects the ISD-R; it stays open between
 * functions. close gives it back, for instance before the modem restarts the card; the next function opens it
 * anew. Always call it when the card was changed or reset behind the library's back. */
EIDER_LPA_API eider_lpa_status eider_lpa_open(eider_lpa* lpa);
EIDER_LPA_API eider_lpa_status eider_lpa_close(eider_lpa* lpa);

/* Ends what runs on the handle, at the next place where card and server can be told: with the reason of
 * `answer`, which is EIDER_LPA_NO, EIDER_LPA_LATER or EIDER_LPA_TIMEOUT. Once the card has the whole package it
 * is too late: the operation ends by itself, and only notifications are left for later. What begins after it
 * is not cancelled. Callbacks that wait should look at eider_lpa_is_cancelled, and give up when it is not 0.
 */
EIDER_LPA_API eider_lpa_status eider_lpa_cancel(eider_lpa* lpa, eider_lpa_answer answer);
EIDER_LPA_API int32_t eider_lpa_is_cancelled(const eider_lpa* lpa);

/* ---- The card ---- */

typedef struct eider_lpa_chip {
  uint32_t struct_size; /* set by the library */
  uint32_t reserved;
  const char* eid; /* 32 digits */
  const char* svn; /* of SGP.22, "2.6.1" */
  const char* firmware;
  const char* isd_r_aid;    /* hexadecimal */
  const char* default_smdp; /* "": none */
  const char* root_smds;    /* "": none */
  uint64_t free_memory;     /* octets; 0 when the card does not say */
  const char* json;         /* all of it: EUICCInfo2, Rules Authorisation Table; names of the specification */
} eider_lpa_chip;
EIDER_LPA_API eider_lpa_status eider_lpa_chip_info(eider_lpa* lpa, const eider_lpa_chip** out);
EIDER_LPA_API void eider_lpa_chip_free(const eider_lpa_chip* chip);

typedef struct eider_lpa_profiles eider_lpa_profiles;
/* Icons are a kilobyte each to read. */
EIDER_LPA_API eider_lpa_status eider_lpa_list(eider_lpa* lpa, int32_t with_icons, eider_lpa_profiles** out);
EIDER_LPA_API size_t eider_lpa_profiles_count(const eider_lpa_profiles* profiles);
/* NULL when there is none at `index`; owned by `profiles`. */
EIDER_LPA_API const eider_lpa_profile* eider_lpa_profiles_at(const eider_lpa_profiles* profiles,
                                                             size_t index);
EIDER_LPA_API void eider_lpa_profiles_free(eider_lpa_profiles* profiles);

/* What an operation on Profiles left behind. */
typedef struct eider_lpa_outcome {
  uint32_t struct_size;
  int32_t card_reset;
  uint32_t notifications_delivered;
  uint32_t notifications_waiting; /* on the card, for eider_lpa_deliver */
} eider_lpa_outcome;

/* `which`: ICCID, AID in hexadecimal, nickname or name, when only one has it. `outcome` may be NULL. The
 * operation is done when these return OK, whether notifications could be delivered or not. */
EIDER_LPA_API eider_lpa_status eider_lpa_enable(eider_lpa* lpa, const char* which,
                                                eider_lpa_outcome* outcome);
EIDER_LPA_API eider_lpa_status eider_lpa_disable(eider_lpa* lpa, const char* which,
                                                 eider_lpa_outcome* outcome);
/* A disabled Profile, without asking; ask the user first (SGP.22 section 3.2.3). */
EIDER_LPA_API eider_lpa_status eider_lpa_delete(eider_lpa* lpa, const char* which,
                                                eider_lpa_outcome* outcome);
/* At most 64 characters; NULL or "" removes it. */
EIDER_LPA_API eider_lpa_status eider_lpa_set_nickname(eider_lpa* lpa, const char* which,
                                                      const char* nickname);

/* of eider_lpa_memory_reset */
enum {
  EIDER_LPA_RESET_OPERATIONAL = 1u << 0,
  EIDER_LPA_RESET_TEST = 1u << 1, /* field-loaded Test Profiles */
  EIDER_LPA_RESET_DEFAULT_SMDP = 1u << 2
};
/* Without asking; nothing to delete is EIDER_LPA_ERR_CARD. */
EIDER_LPA_API eider_lpa_status eider_lpa_memory_reset(eider_lpa* lpa, uint32_t what,
                                                      eider_lpa_outcome* outcome);

/* "" when the card has none. */
EIDER_LPA_API eider_lpa_status eider_lpa_default_smdp(eider_lpa* lpa, char** out);
EIDER_LPA_API void eider_lpa_string_free(char* text);
/* NULL or "" removes it. */
EIDER_LPA_API eider_lpa_status eider_lpa_set_default_smdp(eider_lpa* lpa, const char* address);

/* ---- Download ---- */

/* Is it an Activation Code (SGP.22 section 4.1)? Forgiving: white space, "LPA:" in any case or not at all. */
EIDER_LPA_API eider_lpa_status eider_lpa_activation_code_check(const char* code);

typedef struct eider_lpa_download_request {
  uint32_t struct_size;
  int32_t enable;                /* the Profile, once it is installed */
  const char* activation_code;   /* or */
  const char* smdp_address;      /* with */
  const char* matching_id;       /* as an event gives them; neither: what the default SM-DP+ has */
  const char* confirmation_code; /* NULL: the user is asked where one is needed */
} eider_lpa_download_request;

typedef struct eider_lpa_installed {
  uint32_t struct_size; /* set by the library */
  /* OK, or why the Profile was not enabled though that was asked for; eider_lpa_last_error has the text.
   * Installed it is. */
  eider_lpa_status enable_status;
  const eider_lpa_profile* profile;
  const eider_lpa_outcome* outcome;
} eider_lpa_installed;
/* `out` may be NULL. */
EIDER_LPA_API eider_lpa_status eider_lpa_download(eider_lpa* lpa, const eider_lpa_download_request* request,
                                                  const eider_lpa_installed** out);
EIDER_LPA_API void eider_lpa_installed_free(const eider_lpa_installed* installed);

/* ---- Discovery ---- */

typedef struct eider_lpa_event {
  uint32_t struct_size;    /* set by the library */
  eider_lpa_status status; /* OK: an SM-DP+ to download from; else `address` could not be followed */
  const char* address;     /* eider_lpa_download_request.smdp_address */
  const char* event_id;    /* eider_lpa_download_request.matching_id */
  const char* cause;       /* of the status */
} eider_lpa_event;
typedef struct eider_lpa_events eider_lpa_events;
/* What waits for the card at an SM-DS (NULL or "": the card's Root SM-DS), in the order in which it is to be
 * downloaded. */
EIDER_LPA_API eider_lpa_status eider_lpa_discover(eider_lpa* lpa, const char* smds_address,
                                                  eider_lpa_events** out);
EIDER_LPA_API size_t eider_lpa_events_count(const eider_lpa_events* events);
EIDER_LPA_API const eider_lpa_event* eider_lpa_events_at(const eider_lpa_events* events, size_t index);
EIDER_LPA_API void eider_lpa_events_free(eider_lpa_events* events);

/* ---- Notifications ---- */

/* eider_lpa_notification.event */
enum {
  EIDER_LPA_EVENT_INSTALL = 0,
  EIDER_LPA_EVENT_ENABLE = 1,
  EIDER_LPA_EVENT_DISABLE = 2,
  EIDER_LPA_EVENT_DELETE = 3,
  EIDER_LPA_EVENT_OTHER = 4
};
/* eider_lpa_notification.state */
enum {
  EIDER_LPA_WAITING = 0,   /* on the card */
  EIDER_LPA_DELIVERED = 1, /* acknowledged, and removed from the card */
  EIDER_LPA_FAILED = 2     /* refused or not reached; still on the card */
};
typedef struct eider_lpa_notification {
  uint32_t struct_size; /* set by the library */
  int32_t event;
  int64_t number;
  const char* iccid;
  const char* address;
  int32_t state;
  eider_lpa_status status; /* why it failed */
  const char* cause;
} eider_lpa_notification;
typedef struct eider_lpa_notifications eider_lpa_notifications;
EIDER_LPA_API eider_lpa_status eider_lpa_list_notifications(eider_lpa* lpa, eider_lpa_notifications** out);
/* of eider_lpa_deliver */
enum {
  EIDER_LPA_DELIVER_DUE = 1u << 0, /* only to servers whose time to try again has come: for a timer */
  EIDER_LPA_DELIVER_KEEP = 1u << 1 /* leave what is acknowledged on the card */
};
/* All, in the order of their numbers. OK also when some failed: `out` says which; it may be NULL. */
EIDER_LPA_API eider_lpa_status eider_lpa_deliver(eider_lpa* lpa, uint32_t flags,
                                                 eider_lpa_notifications** out);
/* Gives up on one: its server keeps believing the old state. Only when a person says so. */
EIDER_LPA_API eider_lpa_status eider_lpa_discard_notification(eider_lpa* lpa, int64_t number);
EIDER_LPA_API size_t eider_lpa_notifications_count(const eider_lpa_notifications* notifications);
EIDER_LPA_API const eider_lpa_notification* eider_lpa_notifications_at(
    const eider_lpa_notifications* notifications, size_t index);
EIDER_LPA_API void eider_lpa_notifications_free(eider_lpa_notifications* notifications);

#ifdef __cplusplus
}
#endif
#endif
