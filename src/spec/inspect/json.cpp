// JSON messages of ES2+, ES9+, ES11 and ES12: which one it is, and what its base64 members hold.
#include <algorithm>
#include <boost/json.hpp>

#include "codec/base64.hpp"
#include "spec/inspect/inspect.hpp"
#include "spec/registry.hpp"
#include "spec/sgp22/status_codes.hpp"

namespace eider::inspect {
namespace {

namespace bj = boost::json;

// How many members of `object` the declaration names, at any depth; nothing when a mandatory one is absent.
std::optional<int> score(const json::Object& declared, const bj::object& object) {
  int points = 0;
  for (const auto& f : declared.fields) {
    const auto* value = object.if_contains(f.name);
    if (!value && !f.alias.empty()) value = object.if_contains(f.alias);
    if (!value && !f.optional) return std::nullopt;
    if (!value) continue;
    ++points;
    if (f.coding != json::Coding::kObject || !value->is_object()) continue;
    const auto inside = score(*f.object, value->get_object());
    if (!inside) return std::nullopt;
    points += *inside;
  }
  return points;
}

const registry::JsonEntry* recognise(const bj::object& object) {
  const registry::JsonEntry* best = nullptr;
  int best_points = 0;
  for (const auto& e : registry::json_entries())
    if (const auto points = score(*e.object, object); points && *points > best_points) {
      best = &e;
      best_points = *points;
    }
  return best;
}

void add_status(const bj::object& status, Finding& f) {
  const auto* state = status.if_contains("status");
  if (state && state->is_string()) f.add("status", std::string(state->get_string()));
  const auto* data = status.if_contains("statusCodeData");
  if (!data || !data->is_object()) return;
  const auto text = [&](const char* name) {
    const auto* v = data->get_object().if_contains(name);
    return v && v->is_string() ? std::string(v->get_string()) : std::string();
  };
  const auto subject = text("subjectCode"), reason = text("reasonCode");
  f.add("code", subject + " " + std::string(status::subject_name(subject)) + " / " + reason + " " +
                    std::string(status::reason_name(reason)));
  if (!text("message").empty()) f.add("message", text("message"));
  for (const auto* row : status::find(subject, reason)) {
    f.add("cause", std::string(row->cause) + " (" + std::string(row->function) + ", section " +
                       std::string(row->section) + ")");
    f.add("remedy", std::string(row->remedy));
    break;
  }
}

void add_member(const std::string& name, const bj::value& value, Finding& f, int depth);

void add_object(const std::string& prefix, const bj::object& object, Finding& f, int depth) {
  for (const auto& [key, value] : object) {
    const std::string name = prefix + std::string(key);
    if ((key == "functionExecutionStatus" || key == "notificationPointStatus") && value.is_object())
      add_status(value.get_object(), f);
    else
      add_member(name, value, f, depth);
  }
}

void add_member(const std::string& name, const bj::value& value, Finding& f, int depth) {
  if (value.is_object() && depth < 8) return add_object(name + ".", value.get_object(), f, depth + 1);
  if (value.is_array() && depth < 8) {
    std::size_t i = 0;
    for (const auto& item : value.get_array())
      add_member(name + "[" + std::to_string(i++) + "]", item, f, depth + 1);
    return;
  }
  if (!value.is_string()) return f.add(name, bj::serialize(value));
  const std::string_view text(value.get_string());
  const auto octets = text.size() >= 8 ? base64_decode(text) : std::nullopt;
  const auto tlv_inside = octets ? read_single_tlv(*octets, false) : Result<Tlv>(fail_local(""));
  const bool known = tlv_inside && (!registry::by_tag(tlv_inside->tag).empty() || tlv_inside->tag == 0x04 ||
                                    tlv_inside->tag == 0x5F37);
  if (!known) return f.add(name, std::string(text));
  auto part = certificate(*octets).value_or(Finding{});
  if (part.kind.empty()) part = message(*octets);
  part.kind = name + ": " + part.kind;
  f.parts.push_back(std::move(part));
}

}  // namespace

std::optional<Finding> json(std::string_view text) {
  boost::system::error_code error;
  const auto value = bj::parse(bj::string_view(text.data(), text.size()), error);
  if (error || !value.is_object()) return std::nullopt;
  const auto* entry = recognise(value.get_object());
  Finding f{.kind = entry ? std::string(entry->interface) + " " + std::string(entry->name) + " (JSON)"
                          : "JSON object"};
  if (entry && !entry->path.empty()) f.add("path", std::string(entry->path));
  if (entry)
    if (const auto again = entry->reencode(text); !again) {
      f.error = again.error().message();
    }
  add_object("", value.get_object(), f, 0);
  return f;
}

}  // namespace eider::inspect
