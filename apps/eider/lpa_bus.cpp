#include "lpa_bus.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <systemd/sd-bus.h>

namespace eider::app {
namespace {
namespace polling = lpa::polling;
constexpr const char* kName = "org.eider.Lpa1";
constexpr const char* kPath = "/org/eider/Lpa1";

std::string reason(int error) {
  return std::strerror(error < 0 ? -error : error);
}
int append_event(sd_bus_message* m, const polling::Waiting& w) {
  return sd_bus_message_append(m, "ssssb", w.smdpAddress.c_str(), w.eventId.c_str(),
                               w.serviceProviderName.c_str(), w.profileName.c_str(),
                               static_cast<int>(w.confirmationCode));
}
}  // namespace

struct LpaBusMethods {
  static LpaBus& self(void* data) { return *static_cast<LpaBus*>(data); }

  static int check_now(sd_bus_message* m, void* data, sd_bus_error*) {
    self(data).requests_.check_now();
    return sd_bus_reply_method_return(m, "");
  }
  static int settings_opened(sd_bus_message* m, void* data, sd_bus_error*) {
    self(data).requests_.settings_opened();
    return sd_bus_reply_method_return(m, "");
  }
  static int accept(sd_bus_message* m, void* data, sd_bus_error* error) {
    const char *address = nullptr, *event_id = nullptr;
    if (const int r = sd_bus_message_read(m, "ss", &address, &event_id); r < 0) return r;
    if (self(data).requests_.accept(address, event_id)) return sd_bus_reply_method_return(m, "");
    return sd_bus_error_set(error, "org.eider.Lpa1.NothingWaits", "nothing waits there for this card");
  }
  static int situation(sd_bus*, const char*, const char*, const char*, sd_bus_message* reply, void* data,
                       sd_bus_error*) {
    return sd_bus_message_append(reply, "s", std::string(to_string(self(data).state_.situation)).c_str());
  }
  static int next_check(sd_bus*, const char*, const char*, const char*, sd_bus_message* reply, void* data,
                        sd_bus_error*) {
    const auto& next = self(data).state_.next;
    return sd_bus_message_append(reply, "t",
                                 static_cast<std::uint64_t>(next ? next->time_since_epoch().count() : 0));
  }
  static int waiting(sd_bus*, const char*, const char*, const char*, sd_bus_message* reply, void* data,
                     sd_bus_error*) {
    if (const int r = sd_bus_message_open_container(reply, 'a', "(ssssb)"); r < 0) return r;
    for (const auto& w : self(data).state_.waiting) {
      if (const int r = sd_bus_message_open_container(reply, 'r', "ssssb"); r < 0) return r;
      if (const int r = append_event(reply, w); r < 0) return r;
      if (const int r = sd_bus_message_close_container(reply); r < 0) return r;
    }
    return sd_bus_message_close_container(reply);
  }
};

namespace {
const sd_bus_vtable kTable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("CheckNow", "", "", &LpaBusMethods::check_now, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("SettingsOpened", "", "", &LpaBusMethods::settings_opened, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Accept", "ss", "", &LpaBusMethods::accept, 0),
    SD_BUS_PROPERTY("Situation", "s", &LpaBusMethods::situation, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("NextCheck", "t", &LpaBusMethods::next_check, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Waiting", "a(ssssb)", &LpaBusMethods::waiting, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_SIGNAL("Found", "ssssb", 0),
    SD_BUS_SIGNAL("Installed", "sss", 0),
    SD_BUS_SIGNAL("Failed", "sss", 0),
    SD_BUS_VTABLE_END};
}  // namespace

Result<std::unique_ptr<LpaBus>> LpaBus::open(bool system, Requests requests) {
  std::unique_ptr<LpaBus> out(new LpaBus);
  out->requests_ = std::move(requests);
  const char* name = system ? "system" : "session";
  if (const int r = system ? sd_bus_open_system(&out->bus_) : sd_bus_open_user(&out->bus_); r < 0)
    return fail_local(std::string("no D-Bus ") + name + " bus: " + reason(r));
  if (const int r = sd_bus_add_object_vtable(out->bus_, nullptr, kPath, kName, kTable, out.get()); r < 0)
    return fail_local("D-Bus: " + reason(r));
  if (const int r = sd_bus_request_name(out->bus_, kName, 0); r < 0)
    return fail_local(std::string(kName) + " on the " + name + " bus: " + reason(r),
                      "One LPA has the name; on the system bus a policy must allow it.");
  return out;
}
LpaBus::~LpaBus() {
  sd_bus_flush_close_unref(bus_);
}

int LpaBus::fd() const {
  return sd_bus_get_fd(bus_);
}
short LpaBus::events() const {
  return static_cast<short>(sd_bus_get_events(bus_));
}
Duration LpaBus::patience(Duration longest) const {
  std::uint64_t until = 0;  // microseconds of the monotonic clock
  if (sd_bus_get_timeout(bus_, &until) <= 0 || until == UINT64_MAX) return longest;
  using namespace std::chrono;
  const auto now = duration_cast<microseconds>(steady_clock::now().time_since_epoch()).count();
  const auto left = static_cast<std::int64_t>(until) - now;
  return std::clamp(duration_cast<Duration>(microseconds(left)), Duration(0), longest);
}
Status LpaBus::process() {
  for (;;) {
    const int r = sd_bus_process(bus_, nullptr);
    if (r < 0) return fail_local("D-Bus: " + reason(r));
    if (r == 0) return {};
  }
}

void LpaBus::set_state(State state) {
  state_ = std::move(state);
  sd_bus_emit_properties_changed(bus_, kPath, kName, "Situation", "NextCheck", "Waiting", nullptr);
  sd_bus_flush(bus_);
}
void LpaBus::found(const polling::Waiting& w) {
  sd_bus_emit_signal(bus_, kPath, kName, "Found", "ssssb", w.smdpAddress.c_str(), w.eventId.c_str(),
                     w.serviceProviderName.c_str(), w.profileName.c_str(),
                     static_cast<int>(w.confirmationCode));
}
void LpaBus::installed(const std::string& iccid, const std::string& name, const std::string& provider) {
  sd_bus_emit_signal(bus_, kPath, kName, "Installed", "sss", iccid.c_str(), name.c_str(), provider.c_str());
}
void LpaBus::failed(const std::string& address, const std::string& event_id, const std::string& why) {
  sd_bus_emit_signal(bus_, kPath, kName, "Failed", "sss", address.c_str(), event_id.c_str(), why.c_str());
}

}  // namespace eider::app
