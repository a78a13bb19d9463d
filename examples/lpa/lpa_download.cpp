// Downloads a Profile and enables it, when the person at the terminal agrees:
//   lpa_download ACTIVATION_CODE CI_CERTIFICATE...    from a card in a PC/SC reader
//   CARD_PORT=7816 lpa_download ...                   from one behind `eider card serve CARD --tcp
//   127.0.0.1:7816`
#include <cstdlib>
#include <eider/lpa.hpp>
#include <eider/lpa_net.h>
#include <iostream>

namespace sdk = eider::sdk;

struct Terminal final : sdk::User {
  eider_lpa_answer confirm(const eider_lpa_offer& offer) override {
    std::cout << offer.smdp_address << " offers " << offer.profile->name << " of "
              << offer.profile->service_provider << ", ICCID " << offer.profile->iccid
              << ". Download it? [y/n] " << std::flush;
    std::string line;
    return std::getline(std::cin, line) && line == "y" ? EIDER_LPA_YES : EIDER_LPA_LATER;
  }
  std::optional<std::string> confirmation_code(const eider_lpa_offer&, int) override {
    std::cout << "Confirmation Code: " << std::flush;
    std::string line;
    return std::getline(std::cin, line) ? std::optional(line) : std::nullopt;
  }
  void warn(std::string_view text) override { std::cerr << "Note: " << text << '\n'; }
};

static int complain(const sdk::Error& error) {
  std::cerr << "lpa_download: " << error.text() << '\n';
  return 1;
}

int main(int argc, char** argv) {
  if (argc < 3) return std::cerr << "lpa_download ACTIVATION_CODE CI_CERTIFICATE...\n", 2;
  eider_lpa_net_card* card = nullptr;
  const char* port = std::getenv("CARD_PORT");
  if (port ? eider_lpa_net_card_tcp("127.0.0.1", static_cast<std::uint16_t>(std::atoi(port)), &card)
           : eider_lpa_net_card_pcsc(nullptr, &card))
    return complain(sdk::Error::of(*eider_lpa_net_last_error()));
  const sdk::NetCard card_owner(card);

  eider_lpa_net_trust trust{};
  trust.struct_size = sizeof trust;
  trust.ca_files = argv + 2;
  trust.ca_file_count = static_cast<std::size_t>(argc - 2);
  eider_lpa_net_http* http = nullptr;
  if (eider_lpa_net_http_create(&trust, &http)) return complain(sdk::Error::of(*eider_lpa_net_last_error()));
  const sdk::NetHttp http_owner(http);

  Terminal user;
  sdk::Config config;
  config.card(*eider_lpa_net_card_port(card)).http(*eider_lpa_net_http_port(http)).user(user);
  config.raw().flags = EIDER_LPA_ONLY_TERMINAL;
  auto lpa = sdk::Lpa::create(config);
  if (!lpa) return complain(lpa.error());
  const auto installed = lpa->download({.activation_code = argv[1], .enable = true});
  if (!installed) return complain(installed.error());
  std::cout << "Installed " << (*installed)->profile->iccid
            << ((*installed)->profile->enabled ? ", enabled\n" : ", not enabled\n");
}
