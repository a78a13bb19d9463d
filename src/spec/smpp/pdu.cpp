#include "spec/smpp/pdu.hpp"

#include <span>

namespace eider::smpp {
namespace {
using C = CommandId;

constexpr std::size_t kTlvHeader = 4;

// ---- Bodies as tables: name, member, and for strings their longest value with the 00 (section 5.2)

struct FieldName {
  std::string_view name;
  std::size_t max = 0;
  CommandStatus refusal = CommandStatus::kInvalidParameterLength;  // for a string that is malformed
};
template <class T>
struct Field {
  FieldName name;
  std::variant<std::uint8_t T::*, std::string T::*, Secret T::*, Address T::*, Bytes T::*> member;
};

template <class T>
struct Fields;
#define EIDER_SMPP_FIELDS(Type, ...)                      \
  template <>                                             \
  struct Fields<Type> {                                   \
    static constexpr Field<Type> kRows[] = {__VA_ARGS__}; \
  }

constexpr FieldName kSystemId{"system_id", 16, CommandStatus::kInvalidSystemId};
constexpr FieldName kPassword{"password", 9, CommandStatus::kInvalidPassword};
constexpr FieldName kServiceType{"service_type", 6, CommandStatus{0x15}};
constexpr FieldName kSource{"source_addr", 21, CommandStatus::kInvalidSource};
constexpr FieldName kDestination{"destination_addr", 21, CommandStatus::kInvalidDestination};
constexpr FieldName kDataSource{"source_addr", 65, CommandStatus::kInvalidSource};
constexpr FieldName kDataDestination{"destination_addr", 65, CommandStatus::kInvalidDestination};
constexpr FieldName kSchedule{"schedule_delivery_time", 17, CommandStatus::kInvalidScheduledTime};
constexpr FieldName kValidity{"validity_period", 17, CommandStatus::kInvalidExpiryTime};
constexpr FieldName kMessageId{"message_id", 65, CommandStatus::kInvalidMessageId};
constexpr FieldName kShortMessage{"short_message", kMaxShortMessage, CommandStatus::kInvalidMessageLength};

EIDER_SMPP_FIELDS(Bind, {kSystemId, &Bind::system_id}, {kPassword, &Bind::password},
                  {{"system_type", 13, CommandStatus{0x53}}, &Bind::system_type},
                  {{"interface_version"}, &Bind::interface_version},
                  {{"address_range", 41}, &Bind::address_range});
EIDER_SMPP_FIELDS(BindResp, {kSystemId, &BindResp::system_id});
EIDER_SMPP_FIELDS(Outbind, {kSystemId, &Outbind::system_id}, {kPassword, &Outbind::password});
EIDER_SMPP_FIELDS(ShortMessage, {kServiceType, &ShortMessage::service_type}, {kSource, &ShortMessage::source},
                  {kDestination, &ShortMessage::destination}, {{"esm_class"}, &ShortMessage::esm_class},
                  {{"protocol_id"}, &ShortMessage::protocol_id},
                  {{"priority_flag"}, &ShortMessage::priority_flag},
                  {kSchedule, &ShortMessage::schedule_delivery_time},
                  {kValidity, &ShortMessage::validity_period},
                  {{"registered_delivery"}, &ShortMessage::registered_delivery},
                  {{"replace_if_present_flag"}, &ShortMessage::replace_if_present_flag},
                  {{"data_coding"}, &ShortMessage::data_coding},
                  {{"sm_default_msg_id"}, &ShortMessage::sm_default_msg_id},
                  {kShortMessage, &ShortMessage::short_message});
EIDER_SMPP_FIELDS(DataSm, {kServiceType, &DataSm::service_type}, {kDataSource, &DataSm::source},
                  {kDataDestination, &DataSm::destination}, {{"esm_class"}, &DataSm::esm_class},
                  {{"registered_delivery"}, &DataSm::registered_delivery},
                  {{"data_coding"}, &DataSm::data_coding});
EIDER_SMPP_FIELDS(MessageIdResp, {kMessageId, &MessageIdResp::message_id});
EIDER_SMPP_FIELDS(QuerySm, {kMessageId, &QuerySm::message_id}, {kSource, &QuerySm::source});
EIDER_SMPP_FIELDS(QuerySmResp, {kMessageId, &QuerySmResp::message_id},
                  {{"final_date", 17}, &QuerySmResp::final_date},
                  {{"message_state"}, &QuerySmResp::message_state},
                  {{"error_code"}, &QuerySmResp::error_code});
EIDER_SMPP_FIELDS(CancelSm, {kServiceType, &CancelSm::service_type}, {kMessageId, &CancelSm::message_id},
                  {kSource, &CancelSm::source}, {kDestination, &CancelSm::destination});
EIDER_SMPP_FIELDS(ReplaceSm, {kMessageId, &ReplaceSm::message_id}, {kSource, &ReplaceSm::source},
                  {kSchedule, &ReplaceSm::schedule_delivery_time}, {kValidity, &ReplaceSm::validity_period},
                  {{"registered_delivery"}, &ReplaceSm::registered_delivery},
                  {{"sm_default_msg_id"}, &ReplaceSm::sm_default_msg_id},
                  {kShortMessage, &ReplaceSm::short_message});
EIDER_SMPP_FIELDS(AlertNotification, {kDataSource, &AlertNotification::source},
                  {{"esme_addr", 65}, &AlertNotification::esme});
template <>
struct Fields<NoBody> {
  static constexpr std::span<const Field<NoBody>> kRows{};
};

// ---- Commands and their bodies

enum class Missing : std::uint8_t { kNever, kOnError, kAlways };
struct Layout {
  CommandId command;
  Body (*make)();
  Missing missing = Missing::kNever;  // when a response may have no body at all
};
template <class T>
Body make() {
  return T{};
}
// Sections 4.1.2 and 4.4.2: no body with an error. The message_id of deliver_sm_resp is not used (4.6.2), and
// peers leave it out.
constexpr Layout kLayouts[] = {
    {C::kBindReceiver, make<Bind>},
    {C::kBindTransmitter, make<Bind>},
    {C::kBindTransceiver, make<Bind>},
    {C::kBindReceiverResp, make<BindResp>, Missing::kOnError},
    {C::kBindTransmitterResp, make<BindResp>, Missing::kOnError},
    {C::kBindTransceiverResp, make<BindResp>, Missing::kOnError},
    {C::kOutbind, make<Outbind>},
    {C::kUnbind, make<NoBody>},
    {C::kUnbindResp, make<NoBody>},
    {C::kSubmitSm, make<ShortMessage>},
    {C::kSubmitSmResp, make<MessageIdResp>, Missing::kOnError},
    {C::kDeliverSm, make<ShortMessage>},
    {C::kDeliverSmResp, make<MessageIdResp>, Missing::kAlways},
    {C::kDataSm, make<DataSm>},
    {C::kDataSmResp, make<MessageIdResp>, Missing::kOnError},
    {C::kQuerySm, make<QuerySm>},
    {C::kQuerySmResp, make<QuerySmResp>, Missing::kOnError},
    {C::kCancelSm, make<CancelSm>},
    {C::kCancelSmResp, make<NoBody>},
    {C::kReplaceSm, make<ReplaceSm>},
    {C::kReplaceSmResp, make<NoBody>},
    {C::kEnquireLink, make<NoBody>},
    {C::kEnquireLinkResp, make<NoBody>},
    {C::kAlertNotification, make<AlertNotification>},
    {C::kGenericNack, make<NoBody>},
};
const Layout* find_layout(CommandId command) {
  const auto* row = std::ranges::find(kLayouts, command, &Layout::command);
  return row == std::end(kLayouts) ? nullptr : row;
}

// ---- Reading

std::uint32_t number_of(ByteView octets) {
  std::uint32_t out = 0;
  for (const auto o : octets) out = out << 8 | o;
  return out;
}

struct Broken {
  std::string_view name;
  std::size_t offset;
  const char* what;
  CommandStatus status;
};

class Reader {
 public:
  explicit Reader(ByteView octets) : all_(octets) {}
  bool at_end() const { return at_ == all_.size(); }
  const std::optional<Broken>& broken() const { return broken_; }

  template <class T>
  void fields(T& out) {
    for (const auto& row : Fields<T>::kRows) {
      if (broken_) return;
      std::visit([&](auto member) { read(row.name, out.*member); }, row.member);
    }
  }
  void tlvs(std::vector<Tlv>& out);

 private:
  void fail(std::string_view name, std::size_t offset, const char* what, CommandStatus status) {
    if (!broken_) broken_ = Broken{name, offset, what, status};
  }
  void ended(const FieldName& name) {
    fail(name.name, at_, "ends too early", CommandStatus::kInvalidCommandLength);
  }
  void read(const FieldName& name, std::uint8_t& out) {
    if (at_end()) return ended(name);
    out = all_[at_++];
  }
  ByteView c_string(const FieldName& name) {
    const auto rest = all_.subspan(at_);
    const auto end = static_cast<std::size_t>(std::ranges::find(rest, 0) - rest.begin());
    if (end >= name.max) {
      fail(name.name, at_, "is longer than the field", name.refusal);
    } else if (end == rest.size()) {
      ended(name);
    } else if (std::ranges::any_of(rest.first(end), [](auto c) { return c > 0x7F; })) {
      fail(name.name, at_, "is not ASCII", name.refusal);
    }
    if (broken_) return {};
    at_ += end + 1;
    return rest.first(end);
  }
  void read(const FieldName& name, std::string& out) { out = as_text(c_string(name)); }
  void read(const FieldName& name, Secret& out) { out = Secret(c_string(name)); }
  void read(const FieldName& name, Address& out) {
    read(name, out.ton);
    if (!broken_) read(name, out.npi);
    if (!broken_) read(name, out.digits);
  }
  void read(const FieldName& name, Bytes& out) {  // with its length in front
    std::uint8_t length = 0;
    read(name, length);
    if (broken_) return;
    if (length > name.max) return fail(name.name, at_ - 1, "is longer than the field", name.refusal);
    if (all_.size() - at_ < length) return ended(name);
    out = to_bytes(all_.subspan(at_, length));
    at_ += length;
  }

  ByteView all_;
  std::size_t at_ = kHeaderSize;
  std::optional<Broken> broken_;
};

const char* tlv_problem(const TlvRow& row, ByteView value) {
  if (value.size() < row.min || value.size() > row.max) return "has no length that it may have";
  if (row.c_string && (value.back() != 0 || std::ranges::count(value, 0) != 1))
    return "does not end with its only 00";
  return nullptr;
}

void Reader::tlvs(std::vector<Tlv>& out) {
  while (!broken_ && !at_end()) {
    const auto rest = all_.subspan(at_);
    if (rest.size() < kTlvHeader)
      return fail("optional parameters", at_, "end too early", CommandStatus::kInvalidOptionalStream);
    const auto tag = static_cast<std::uint16_t>(number_of(rest.first(2)));
    const auto length = number_of(rest.subspan(2, 2));
    const auto* row = find_tlv(tag);
    const auto name = row ? row->name : "unknown optional parameter";
    if (rest.size() - kTlvHeader < length)
      return fail(name, at_, "is longer than the PDU", CommandStatus::kInvalidOptionalStream);
    const auto value = rest.subspan(kTlvHeader, length);
    if (row) {
      if (const char* problem = tlv_problem(*row, value))
        return fail(name, at_, problem, CommandStatus::kInvalidParameterLength);
      if (!row->repeats && std::ranges::find(out, tag, &Tlv::tag) != out.end())
        return fail(name, at_, "comes twice", CommandStatus::kInvalidOptionalStream);
    }
    out.push_back({tag, to_bytes(value)});
    at_ += kTlvHeader + length;
  }
}

Refusal refuse(const Pdu& pdu, CommandStatus status, std::string_view field, std::size_t offset,
               const char* what) {
  const auto name = command_name(pdu.command);
  std::string path(name.empty() ? "PDU" : name);
  if (!field.empty()) path += "." + std::string(field);
  const bool known = find_layout(pdu.command) && !is_response(pdu.command);
  return {known ? response_to(pdu.command) : C::kGenericNack, status, pdu.sequence,
          DecodeFault{std::move(path), offset, what}};
}

// Both ways of carrying a message at once say two different things (section 4.4.1, short_message).
bool carries_twice(const Pdu& pdu) {
  const auto* sm = pdu.as<ShortMessage>();
  return sm && !sm->short_message.empty() && pdu.find(tag::kMessagePayload);
}

// ---- Writing

class Writer {
 public:
  explicit Writer(Bytes& out) : out_(out) {}
  void number(std::uint32_t value, int octets) {
    for (int i = octets - 1; i >= 0; --i) out_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
  const std::string& problem() const { return problem_; }

  template <class T>
  void fields(const T& in) {
    for (const auto& row : Fields<T>::kRows)
      std::visit([&](auto member) { write(row.name, in.*member); }, row.member);
  }

 private:
  void write(const FieldName&, std::uint8_t in) { out_.push_back(in); }
  void c_string(const FieldName& name, ByteView in) {
    if (in.size() >= name.max || std::ranges::any_of(in, [](auto c) { return c == 0 || c > 0x7F; }))
      problem_ =
          std::string(name.name) + " has at most " + std::to_string(name.max - 1) + " ASCII characters";
    append(out_, in);
    out_.push_back(0);
  }
  void write(const FieldName& name, const std::string& in) { c_string(name, as_bytes(in)); }
  void write(const FieldName& name, const Secret& in) { c_string(name, in.view()); }
  void write(const FieldName& name, const Address& in) {
    append(out_, Bytes{in.ton, in.npi});
    write(name, in.digits);
  }
  void write(const FieldName& name, const Bytes& in) {
    if (in.size() > name.max)
      problem_ = std::string(name.name) + " has at most " + std::to_string(name.max) + " octets";
    out_.push_back(static_cast<std::uint8_t>(in.size()));
    append(out_, in);
  }

  Bytes& out_;
  std::string problem_;
};
}  // namespace

const Tlv* Pdu::find(std::uint16_t wanted) const {
  const auto found = std::ranges::find(tlvs, wanted, &Tlv::tag);
  return found == tlvs.end() ? nullptr : &*found;
}
std::optional<std::uint32_t> Pdu::number(std::uint16_t wanted) const {
  const auto* t = find(wanted);
  if (!t || t->value.empty() || t->value.size() > 4) return std::nullopt;
  return number_of(t->value);
}
std::optional<std::string> Pdu::text(std::uint16_t wanted) const {
  const auto* t = find(wanted);
  if (!t || t->value.empty()) return std::nullopt;
  return std::string(as_text(ByteView(t->value).first(t->value.size() - 1)));
}
void Pdu::add_text(std::uint16_t new_tag, std::string_view value) {
  add(new_tag, concat({as_bytes(value), Bytes{0}}));
}

Result<Bytes> Pdu::encode() const {
  const auto* layout = find_layout(command);
  const bool bare = layout && layout->missing != Missing::kNever && body.index() == 0;
  if (!layout || (!bare && layout->make().index() != body.index()))
    return fail_local("SMPP: " + std::string(command_name(command)) + " has another body");
  Bytes out;
  Writer writer(out);
  writer.number(0, 4);
  writer.number(static_cast<std::uint32_t>(command), 4);
  writer.number(static_cast<std::uint32_t>(status), 4);
  writer.number(sequence, 4);
  std::visit([&](const auto& in) { writer.fields(in); }, body);
  if (!writer.problem().empty()) return fail_local("SMPP: " + writer.problem());
  if (carries_twice(*this)) return fail_local("SMPP: short_message and message_payload exclude each other");
  for (const auto& t : tlvs) {
    const auto* row = find_tlv(t.tag);
    if (t.value.size() > 0xFFFF || (row && tlv_problem(*row, t.value)))
      return fail_local("SMPP: length of " + std::string(row ? row->name : "an optional parameter"));
    writer.number(t.tag, 2);
    writer.number(static_cast<std::uint32_t>(t.value.size()), 2);
    append(out, t.value);
  }
  if (out.size() > kMaxPdu) return fail_local("SMPP: the PDU is too long");
  Bytes length;
  Writer(length).number(static_cast<std::uint32_t>(out.size()), 4);
  std::ranges::copy(length, out.begin());
  return out;
}

Decoded<std::optional<std::size_t>> pdu_length(ByteView received) {
  if (received.size() < 4) return std::nullopt;
  const auto length = number_of(received.first(4));
  if (length >= kHeaderSize && length <= kMaxPdu) return length;
  Refusal out{C::kGenericNack, CommandStatus::kInvalidCommandLength, 0, {"PDU.command_length", 0, ""}};
  out.fault.what = "is not between 16 and " + std::to_string(kMaxPdu);
  if (received.size() >= kHeaderSize) out.sequence = number_of(received.subspan(12, 4));
  return tl::unexpected(std::move(out));
}

Decoded<Pdu> decode_pdu(ByteView octets) {
  auto length = pdu_length(octets);
  if (!length) return tl::unexpected(std::move(length).error());
  Pdu out;
  if (!*length || **length != octets.size())
    return tl::unexpected(Refusal{C::kGenericNack,
                                  CommandStatus::kInvalidCommandLength,
                                  0,
                                  {"PDU.command_length", 0, "is not the length of the PDU"}});
  out.command = CommandId{number_of(octets.subspan(4, 4))};
  out.status = CommandStatus{number_of(octets.subspan(8, 4))};
  out.sequence = number_of(octets.subspan(12, 4));
  const auto* layout = find_layout(out.command);
  if (!layout)
    return tl::unexpected(
        refuse(out, CommandStatus::kInvalidCommandId, "command_id", 4, "is not one of SMPP v3.4"));
  const bool error = out.status != CommandStatus::kOk;
  if (octets.size() == kHeaderSize &&
      (layout->missing == Missing::kAlways || (error && layout->missing == Missing::kOnError)))
    return out;
  out.body = layout->make();
  Reader reader(octets);
  std::visit([&](auto& body) { reader.fields(body); }, out.body);
  if (!reader.broken()) reader.tlvs(out.tlvs);
  if (const auto& b = reader.broken())
    return tl::unexpected(refuse(out, b->status, b->name, b->offset, b->what));
  if (carries_twice(out))
    return tl::unexpected(refuse(out, CommandStatus::kInvalidMessageLength, "message_payload", octets.size(),
                                 "comes beside a short_message"));
  return out;
}

Pdu response(const Pdu& request, CommandStatus status, std::string text) {
  Pdu out{response_to(request.command), status, request.sequence, {}, {}};
  const auto* layout = find_layout(out.command);
  if (!layout || (status != CommandStatus::kOk && layout->missing == Missing::kOnError)) return out;
  out.body = layout->make();
  if (auto* r = std::get_if<MessageIdResp>(&out.body))
    r->message_id = std::move(text);
  else if (auto* b = std::get_if<BindResp>(&out.body))
    b->system_id = std::move(text);
  return out;
}

ByteView message_octets(const Pdu& pdu) {
  const auto* sm = pdu.as<ShortMessage>();
  if (sm && !sm->short_message.empty()) return sm->short_message;
  const auto* payload = pdu.find(tag::kMessagePayload);
  return payload ? ByteView(payload->value) : ByteView();
}

}  // namespace eider::smpp
