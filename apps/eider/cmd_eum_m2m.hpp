// eider eum make --m2m: cards of the M2M architecture, and beside each what its EIS needs.
#pragma once
#include <CLI/CLI.hpp>
#include <filesystem>

#include "roles/eum/m2m.hpp"

namespace eider::app::eum_m2m {

struct Options {
  bool wanted = false, consumer = false;
  std::vector<std::string> bootstrap;
  std::string enabled, fallback, emergency, test, smsr_number, https;

  void declare(CLI::App& sub);
  // Of the card with this number, counted from 1: {n} in the name of a package stands for it.
  eum::M2mModel model(std::uint64_t number) const;
};

// CARD.eis.json, mode 0600: keys of the ISD-R, CERT.ECASD.ECKA, ISD-Ps. Returns its name.
std::filesystem::path write_eis(const eum::M2mCard& card, std::uint32_t free_memory,
                                const std::filesystem::path& card_file);

}  // namespace eider::app::eum_m2m
