#include "card/mno_sd/remote_script.hpp"

#include <utility>

namespace eider::card {
namespace {
using etsi::ScriptFormat;
using etsi::ScriptItem;

class Runner {
 public:
  Runner(ByteView script, const ScriptRules& rules, const RunRemoteCommand& run)
      : script_(script), rules_(rules), run_(run) {
    out_.format = etsi::script_format(script);
  }
  Result<etsi::ScriptResponse> operator()() {
    for (const auto& item : etsi::read_script(script_)) {
      EIDER_TRY(go_on, take(item));
      if (!go_on) break;
    }
    return std::move(out_);
  }

 private:
  bool compact() const { return out_.format == ScriptFormat::kCompact; }

  // False: the script ends here.
  Result<bool> take(const ScriptItem& item) {
    switch (item.kind) {
      case ScriptItem::Kind::kCommand:
        return command(item.octets);
      case ScriptItem::Kind::kImmediateAction: {
        // Only the indication that a proactive session may run; nothing is suspended when none does.
        constexpr std::uint8_t kProactiveSession = 0x01;
        const bool known = item.octets.size() == 1 && item.octets[0] == kProactiveSession;
        if (known && !rules_.busy) return true;
        out_.immediate_action = etsi::kSuspensionError;
        return false;
      }
      case ScriptItem::Kind::kErrorAction:  // nothing here can be done after an error but to end
        return true;
      case ScriptItem::Kind::kScriptChaining:
        out_.script_chaining = rules_.chaining ? std::uint8_t{0} : etsi::kChainingNotSupported;
        return rules_.chaining;
      case ScriptItem::Kind::kBad:
        break;
    }
    if (!compact()) {
      out_.bad_format = item.bad;
      return false;
    }
    record(ResponseApdu{{}, 0x6700});
    return false;
  }

  Result<bool> command(ByteView octets) {
    const auto parsed = parse_command(octets);
    if (!parsed) {
      record(ResponseApdu{{}, 0x6700});
      return false;
    }
    auto answer = Answer(0x6700);
    if (parsed->ins == 0xC0) {
      answer = get_response(*parsed);
    } else {
      pending_.clear();
      EIDER_TRY(done, run_(*parsed));
      answer = shape(*parsed, std::move(done));
    }
    const auto sw = record(ResponseApdu{std::move(answer.data), answer.sw});
    return etsi::script_goes_on(sw);
  }

  // Data goes out only to a command with Le; else it waits for GET RESPONSE, as it would at a terminal with
  // T=0.
  Answer shape(const CommandView& c, Answer answer) {
    if (answer.data.empty() || (c.le && *c.le >= answer.data.size())) return answer;
    if (!c.le && !rules_.needs_le) return answer;
    if (c.data.empty() && c.le) return static_cast<std::uint16_t>(0x6C00 | (answer.data.size() & 0xFF));
    pending_ = std::move(answer.data);
    return answer.sw == 0x9000 ? waiting() : Answer(answer.sw);
  }
  std::uint16_t waiting() const {
    return static_cast<std::uint16_t>(0x6100 | (pending_.size() < 256 ? pending_.size() : 0));
  }
  Answer get_response(const CommandView& c) {
    if (c.p1 != 0 || c.p2 != 0) return 0x6A86;
    if (pending_.empty()) return 0x6985;
    const auto n = std::min<std::size_t>(c.le.value_or(256), pending_.size());
    Answer out(to_bytes(ByteView(pending_).first(n)));
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(n));
    if (!pending_.empty()) out.sw = waiting();
    return out;
  }

  std::uint16_t record(ResponseApdu response) {
    ++out_.executed;
    if (compact()) octets_ = 0;
    const auto room = kMaxScriptResponse - octets_;
    if (response.data.size() + 8 > room) {
      response.data.resize(std::min(response.data.size(), room > 8 ? room - 8 : 0));
      response.sw = etsi::kResponseCut;
    }
    octets_ += response.data.size() + 8;
    const auto sw = response.sw;
    if (compact()) out_.responses.clear();
    out_.responses.push_back(std::move(response));
    return sw;
  }

  ByteView script_;
  ScriptRules rules_;
  const RunRemoteCommand& run_;
  etsi::ScriptResponse out_;
  Bytes pending_;
  std::size_t octets_ = 0;
};
}  // namespace

Result<etsi::ScriptResponse> run_script(ByteView script, const ScriptRules& rules,
                                        const RunRemoteCommand& run) {
  return Runner(script, rules, run)();
}

}  // namespace eider::card
