#include "world/device.hpp"

#include "spec/sgp22/es9plus.hpp"

namespace eider::world {
using lpa::Answer;

Answer PuppetUser::confirm_download(const lpa::ProfileOffer& offer) {
  if (faults_.happens(FaultKind::kUserRejects, 30)) {
    laws_.user_refused(offer.metadata.iccid);
    return Answer::kNo;
  }
  if (faults_.happens(FaultKind::kUserPostpones, 40)) return Answer::kNotNow;
  if (faults_.happens(FaultKind::kUserAway, 30)) return Answer::kTimeout;
  return Answer::kYes;
}

std::optional<Secret> PuppetUser::confirmation_code(const lpa::ProfileOffer& offer, int) {
  const bool wrong = faults_.happens(FaultKind::kWrongCode, 250);
  if (!wrong && faults_.happens(FaultKind::kUserAway, 50)) return std::nullopt;
  const std::string code = wrong ? "00000000" : code_;
  // Without a MatchingID the SM-DP+ chooses the Profile: the code may be that of another order.
  const auto& iccid = offer.metadata.iccid;
  if (code != confirmation_code_of(sgp22::iccid_digits(iccid))) laws_.user_gave_wrong_code(iccid);
  return Secret(as_bytes(code));
}

Answer PuppetUser::confirm_changed_metadata(const sgp22::StoreMetadataRequest&,
                                            const sgp22::StoreMetadataRequest&) {
  return Answer::kNo;
}

namespace {
std::unique_ptr<card::Nvm> wrap(const Sabotage* sabotage, card::Nvm& memory) {
  return sabotage && sabotage->memory ? sabotage->memory(memory) : nullptr;
}
}  // namespace

Device::Device(const Parts& parts, const Sabotage* sabotage)
    : parts_(parts),
      memory_(parts.card.memory),
      observed_(
          memory_, [this] { link_.before_write(); },
          [this](const card::NvmBatch& batch) { parts_.laws.card_committed(parts_.index, batch); }),
      sabotaged_(wrap(sabotage, observed_)),
      card_random_(parts.card_seed),
      bad_random_(sabotage && sabotage->card_random ? sabotage->card_random(card_random_) : nullptr),
      link_(parts.index, memory_, sabotaged_ ? *sabotaged_ : static_cast<card::Nvm&>(observed_),
            bad_random_ ? *bad_random_ : static_cast<Random&>(card_random_), parts.faults, parts.laws,
            parts.journal, sabotage ? sabotage->tear : TearHook()),
      port_(*this),
      random_(parts.lpa_seed),
      user_(parts.user_seed, parts.faults, parts.laws),
      handset_dice_(parts.handset_seed),
      sabotage_(sabotage) {
  parts.laws.add_card(parts.card.eid, parts.card.octets, parts.card.rules_allowed, memory_);
}

bool Device::lpa_dies() {
  if (!link_.alive() || !parts_.faults.happens(FaultKind::kLpaGone, 8)) return false;
  parts_.journal.note([&] { return name() + " is gone"; });
  link_.set_alive(false);
  return true;
}

Result<HttpReply> Device::Port::post(const HttpPost& request) {
  auto& d = device_;
  const auto gone = fail(TransportFault{false, "the LPA is gone"});
  if (!d.link_.alive() || d.lpa_dies()) return gone;
  d.parts_.laws.lpa_sent(request.path, request.body);
  const auto onward = [&](const HttpPost& r) { return d.parts_.network.post(d.name(), {}, r); };
  auto reply = d.sabotage_ && d.sabotage_->wire ? d.sabotage_->wire(request, onward) : onward(request);
  if (d.lpa_dies()) return gone;
  // A page of something in between is no acknowledgement, whatever its status.
  const bool acknowledged =
      reply && (reply->status == 204 ||
                (reply->status == 200 && reply->header("Content-Type") == sgp22::kJsonContentType));
  if (acknowledged && request.path == sgp22::es9plus::kHandleNotification.path)
    d.parts_.laws.lpa_was_acknowledged(d.parts_.index, request.body);
  return reply;
}

Status Device::power_cycle() {
  auto status = link_.power_cycle();
  parts_.laws.require(status.has_value(), "card.wakes", [&] {
    return "card " + std::to_string(parts_.index) +
           " does not come back after a power loss: " + status.error().message();
  });
  parts_.laws.require(!status || !memory_.get("loading"), "card.interruption", [&] {
    return "card " + std::to_string(parts_.index) + " is still loading after a power loss";
  });
  return status;
}

Status Device::on_the_card(const std::function<Status()>& what) {
  busy_ = true;
  if (!link_.powered()) (void)power_cycle();
  link_.set_alive(true);
  auto status = what();
  if (!link_.powered()) (void)power_cycle();
  parts_.laws.card_at_rest(parts_.index, memory_);
  busy_ = false;
  return status;
}

Status Device::run(const std::function<Status(lpa::Lpa&)>& what) {
  return on_the_card([&]() -> Status {
    lpa::Es10Options options;
    options.block_size = random_.below(4) == 0 ? 120 : 255;
    options.terminal_profile = random_.below(2) == 0;
    lpa::Es10Client client(link_, options);
    EIDER_CHECK(client.open());
    lpa::Lpa lpa{client, port_, parts_.clock, random_, user_, backoffs_, {}};
    return what(lpa);
  });
}

Status Device::use_sim(NetworkCore& core, const std::function<Status(Handset&)>& what) {
  return on_the_card([&] {
    Handset handset({parts_.index, "modem" + std::to_string(parts_.index), link_, parts_.clock, parts_.faults,
                     parts_.laws, parts_.journal, core},
                    handset_dice_);
    return what(handset);
  });
}

}  // namespace eider::world
