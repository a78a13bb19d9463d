/* Lists what is on the card in a PC/SC reader, or behind `eider card serve CARD --tcp 127.0.0.1:PORT`:
 *   lpa_list [READER]        lpa_list --tcp PORT */
#include <eider/lpa_net.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int complain(const eider_lpa_error* e) {
  fprintf(stderr, "lpa_list: %s: %s\n  %s\n", eider_lpa_status_name(e->status), e->cause, e->remedy);
  return 1;
}

static int list(eider_lpa* lpa) {
  const eider_lpa_chip* chip = NULL;
  eider_lpa_profiles* profiles = NULL;
  size_t i;
  if (eider_lpa_chip_info(lpa, &chip) != EIDER_LPA_OK) return complain(eider_lpa_last_error());
  printf("EID %s, SGP.22 v%s\n", chip->eid, chip->svn);
  eider_lpa_chip_free(chip);
  if (eider_lpa_list(lpa, 0, &profiles) != EIDER_LPA_OK) return complain(eider_lpa_last_error());
  for (i = 0; i < eider_lpa_profiles_count(profiles); ++i) {
    const eider_lpa_profile* p = eider_lpa_profiles_at(profiles, i);
    printf("%s  %-8s  %s (%s)\n", p->iccid, p->enabled ? "enabled" : "disabled", p->name,
           p->service_provider);
  }
  eider_lpa_profiles_free(profiles);
  return 0;
}

int main(int argc, char** argv) {
  const int tcp = argc == 3 && strcmp(argv[1], "--tcp") == 0;
  eider_lpa_net_card* card = NULL;
  eider_lpa_config config = {0};
  eider_lpa* lpa = NULL;
  int code;
  if (tcp ? eider_lpa_net_card_tcp("127.0.0.1", (uint16_t)atoi(argv[2]), &card)
          : eider_lpa_net_card_pcsc(argc > 1 ? argv[1] : NULL, &card))
    return complain(eider_lpa_net_last_error());
  config.struct_size = sizeof config;
  config.flags = EIDER_LPA_ONLY_TERMINAL;
  config.card = eider_lpa_net_card_port(card);
  code = eider_lpa_create(&config, &lpa) == EIDER_LPA_OK ? list(lpa) : complain(eider_lpa_last_error());
  (void)eider_lpa_destroy(lpa); /* before the card that it uses */
  eider_lpa_net_card_free(card);
  return code;
}
