// The SM-SR role (SGP.02 v4.2): ES1, ES3, ES4, ES4A and ES7 for other servers, ES5 for cards. No sockets, no
// files: messages in, messages out, state in the Store port. Safe to use from several threads when the ports
// are.
#pragma once
#include "roles/smsr/admin_session.hpp"
#include "roles/smsr/context.hpp"

namespace eider::smsr {

struct SoapRequest {
  ByteView body;
  ByteView client_certificate;  // DER, of the TLS connection
};
struct IncomingSms {
  std::string_view sender;
  ByteView user_data;
};
// Where an answer waits that goes into the HTTP response.
struct Ticket {
  EntityId caller;
  std::string call_identifier;
  Bytes request;  // the envelope: its answer relates to it
  Eid eid;        // of the card that it waits for
};
struct Reply {
  int status = 200;
  std::string content_type;
  Bytes body;
  std::optional<Ticket> held;  // no answer yet: take_reply() gives it
};

class SmSr {
 public:
  // LocalFault when the settings do not hold together.
  static Result<std::unique_ptr<SmSr>> create(Settings settings, Ports ports);
  ~SmSr();

  Reply handle(const SoapRequest& request);
  // Nothing: still not done.
  std::optional<Reply> take_reply(const Ticket& ticket);
  // The same, at the next progress of its card if need be; nothing: not within that time, or not by that.
  std::optional<Reply> await_reply(const Ticket& ticket, Duration longest);

  // User data of a message to the SM-SR, with its header. What is no packet of a card of ours changes
  // nothing.
  Status on_short_message(const std::string& from, ByteView user_data);
  // Several in their order, in one transaction if all goes well. What each came to.
  std::vector<Status> on_short_messages(std::span<const IncomingSms> messages);
  AdminSession open_session();

  // What time has come for, and what is to be sent to others. Faults are of the store.
  Status poll();
  Status send_outbox(std::size_t limit = 256);
  // When poll() has something to do; nothing: not before something comes in.
  std::optional<Time> next_timer();
  // After a start: goes on with what was under way.
  Status resume();

  Context& context() { return *context_; }

 private:
  struct Reassembly;
  explicit SmSr(std::unique_ptr<Context> context);
  std::unique_ptr<Context> context_;
  std::unique_ptr<Reassembly> reassembly_;
};

}  // namespace eider::smsr
