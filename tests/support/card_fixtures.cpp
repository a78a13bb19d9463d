#include "support/card_fixtures.hpp"

namespace eider::test {

BppPlan plan_of_class(const char* iccid, sgp22::ProfileClass profile_class) {
  SeededRandom random(5);
  auto parameters = profile::GenericProfileParameters::random(random);
  parameters.iccid = iccid;
  if (profile_class == sgp22::ProfileClass::kTest)
    parameters.k = Secret(hex("000102030405060708090A0B0C0D0E0F"));
  BppPlan plan;
  plan.metadata.iccid = *sgp22::parse_iccid(iccid);
  plan.metadata.profileClass = profile_class;
  plan.metadata.serviceProviderName = "Eider";
  plan.metadata.profileName = iccid;
  plan.upp = profile::build_generic_profile(parameters);
  add_notifications(plan, {0, 1, 2, 3});
  return plan;
}

CardCopy::CardCopy(const card::MemoryNvm& memory, std::uint64_t seed)
    : random(seed), nvm(memory), euicc(nvm, random), driver(euicc) {
  must(euicc.reset());
  driver.open();
}

std::string state_text(const card::CardView& v) {
  std::string out = "smdp=" + v.default_smdp_address + " free=" + std::to_string(v.free_memory) +
                    " next=" + std::to_string(v.next_sequence_number) + (v.switch_pending ? " switch" : "") +
                    (v.memory_reset_pending ? " reset" : "") + "\n";
  if (v.previous_operational) out += "previous " + to_hex(*v.previous_operational) + "\n";
  for (const auto& p : v.profiles)
    out += to_hex(p.aid) + " " + to_hex(p.iccid) + " " + std::to_string(int(p.state)) + " " +
           p.nickname.value_or("-") + " " + to_hex(der::encode(p.metadata)) + "\n";
  for (const auto& n : v.notifications)
    out += to_hex(der::encode(n.metadata)) + (n.installation_result ? " result\n" : "\n");
  return out;
}

std::string state_text(const card::Nvm& nvm) {
  const auto view = must(card::inspect(nvm));
  must(card::check_laws(view));
  return state_text(view);
}

}  // namespace eider::test
