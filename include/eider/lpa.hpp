// lpa.h with C++20 types: results that free themselves, classes in the place of callbacks. Everything here is
// inline over the C interface, so that library and host may come from different compilers
// (docs/adr/0007-c-interface.md). Throws nothing, and works without exceptions. Threads, memory and meaning
// are those of lpa.h.
#ifndef EIDER_LPA_HPP
#define EIDER_LPA_HPP

#include <chrono>
#include <cstring>
#include <eider/lpa.h>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace eider::sdk {

// ---- Errors ----

struct Error {
  eider_lpa_status status = EIDER_LPA_ERR_INTERNAL;
  std::string code, cause, clause, remedy;

  static Error of(const eider_lpa_error& e) { return {e.status, e.code, e.cause, e.clause, e.remedy}; }
  static Error last() { return of(*eider_lpa_last_error()); }
  // Cause, clause and remedy, a line each.
  std::string text() const {
    std::string out = cause;
    if (!clause.empty()) out += "\n  clause  " + clause;
    if (!remedy.empty()) out += "\n  remedy  " + remedy;
    return out;
  }
};

// A value, or why there is none. Reading the one that is not there is a mistake of the program.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value)
      : either_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Result(Error error)
      : either_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)
  explicit operator bool() const { return either_.index() == 0; }
  T& operator*() { return *std::get_if<0>(&either_); }
  const T& operator*() const { return *std::get_if<0>(&either_); }
  T* operator->() { return std::get_if<0>(&either_); }
  const T* operator->() const { return std::get_if<0>(&either_); }
  const Error& error() const { return *std::get_if<1>(&either_); }

 private:
  std::variant<T, Error> either_;
};
struct Done {};

// ---- What the host lends ----

class Card {
 public:
  virtual ~Card() = default;
  // The response with its status word; nothing: no complete answer came.
  virtual std::optional<std::vector<std::uint8_t>> transmit(std::span<const std::uint8_t> command) = 0;
  // EIDER_LPA_ERR_LOCAL: this host cannot.
  virtual eider_lpa_status reset() { return EIDER_LPA_ERR_LOCAL; }
};

class HttpReply {
 public:
  explicit HttpReply(eider_lpa_http_reply* reply) : reply_(reply) {}
  void status(int http_status) { (void)eider_lpa_http_reply_status(reply_, http_status); }
  void header(const std::string& name, const std::string& value) {
    (void)eider_lpa_http_reply_header(reply_, name.c_str(), value.c_str());
  }
  // False: the answer is too large; stop receiving it.
  bool body(std::span<const std::uint8_t> part) {
    return eider_lpa_http_reply_body(reply_, part.data(), part.size()) == EIDER_LPA_OK;
  }
  void failure(const std::string& why) { (void)eider_lpa_http_reply_failure(reply_, why.c_str()); }

 private:
  eider_lpa_http_reply* reply_;
};

// Must verify the server: see eider_lpa_http.
class Http {
 public:
  virtual ~Http() = default;
  virtual eider_lpa_status post(const eider_lpa_http_request& request, HttpReply& reply) = 0;
};

class User {
 public:
  virtual ~User() = default;
  virtual eider_lpa_answer confirm(const eider_lpa_offer& offer) = 0;
  virtual eider_lpa_answer confirm_changed(const eider_lpa_profile& confirmed,
                                           const eider_lpa_profile& package) {
    (void)confirmed, (void)package;
    return EIDER_LPA_NO;
  }
  // Nothing: the user has none.
  virtual std::optional<std::string> confirmation_code(const eider_lpa_offer& offer, int attempt) {
    (void)offer, (void)attempt;
    return std::nullopt;
  }
  virtual void progress(int step, std::uint64_t done, std::uint64_t total) {
    (void)step, (void)done, (void)total;
  }
  virtual void warn(std::string_view text) { (void)text; }
  virtual void log(int level, std::string_view component, std::string_view text) {
    (void)level, (void)component, (void)text;
  }
};

namespace detail {
// C linkage is not needed: the calling convention is the same wherever C and C++ share one.
inline eider_lpa_status transmit(void* context, const std::uint8_t* command, std::size_t command_size,
                                 std::uint8_t* response, std::size_t* response_size) {
  const auto answer = static_cast<Card*>(context)->transmit({command, command_size});
  if (!answer || answer->size() > *response_size) return EIDER_LPA_ERR_NOT_REACHED;
  if (!answer->empty()) std::memcpy(response, answer->data(), answer->size());
  *response_size = answer->size();
  return EIDER_LPA_OK;
}
inline eider_lpa_status reset(void* context) {
  return static_cast<Card*>(context)->reset();
}
inline eider_lpa_status post(void* context, const eider_lpa_http_request* request,
                             eider_lpa_http_reply* reply) {
  HttpReply taker(reply);
  return static_cast<Http*>(context)->post(*request, taker);
}
inline eider_lpa_answer confirm(void* context, const eider_lpa_offer* offer) {
  return static_cast<User*>(context)->confirm(*offer);
}
inline eider_lpa_answer confirm_changed(void* context, const eider_lpa_profile* confirmed,
                                        const eider_lpa_profile* package) {
  return static_cast<User*>(context)->confirm_changed(*confirmed, *package);
}
inline eider_lpa_status confirmation_code(void* context, const eider_lpa_offer* offer, std::int32_t attempt,
                                          char* code, std::size_t* size) {
  const auto text = static_cast<User*>(context)->confirmation_code(*offer, attempt);
  if (!text || text->size() > *size) return EIDER_LPA_ERR_LOCAL;
  std::memcpy(code, text->data(), text->size());
  *size = text->size();
  return EIDER_LPA_OK;
}
inline void progress(void* context, std::int32_t step, std::uint64_t done, std::uint64_t total) {
  static_cast<User*>(context)->progress(step, done, total);
}
inline void warn(void* context, const char* text) {
  static_cast<User*>(context)->warn(text);
}
inline void log(void* context, std::int32_t level, const char* component, const char* text) {
  static_cast<User*>(context)->log(level, component, text);
}

// The deleter of a C result.
template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* p) const {
    Free(p);
  }
};
}  // namespace detail

// ---- Results ----

using Chip = std::unique_ptr<const eider_lpa_chip, detail::Freer<&eider_lpa_chip_free>>;
using Installed = std::unique_ptr<const eider_lpa_installed, detail::Freer<&eider_lpa_installed_free>>;

// A list to go through: for (const eider_lpa_profile& p : profiles).
template <class Handle, class Item, auto Count, auto At, auto Free>
class List {
 public:
  explicit List(Handle* handle) : handle_(handle) {}
  std::size_t size() const { return Count(handle_.get()); }
  bool empty() const { return size() == 0; }
  const Item& operator[](std::size_t index) const { return *At(handle_.get(), index); }

  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Item;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    Iterator(const Handle* list, std::size_t index) : list_(list), index_(index) {}
    const Item& operator*() const { return *At(list_, index_); }
    const Item* operator->() const { return At(list_, index_); }
    Iterator& operator++() { return ++index_, *this; }
    Iterator operator++(int) {
      auto before = *this;
      ++index_;
      return before;
    }
    bool operator==(const Iterator& other) const { return index_ == other.index_; }

   private:
    const Handle* list_ = nullptr;
    std::size_t index_ = 0;
  };
  Iterator begin() const { return {handle_.get(), 0}; }
  Iterator end() const { return {handle_.get(), size()}; }

 private:
  std::unique_ptr<Handle, detail::Freer<Free>> handle_;
};
using Profiles = List<eider_lpa_profiles, eider_lpa_profile, &eider_lpa_profiles_count,
                      &eider_lpa_profiles_at, &eider_lpa_profiles_free>;
using Events = List<eider_lpa_events, eider_lpa_event, &eider_lpa_events_count, &eider_lpa_events_at,
                    &eider_lpa_events_free>;
using Notifications = List<eider_lpa_notifications, eider_lpa_notification, &eider_lpa_notifications_count,
                           &eider_lpa_notifications_at, &eider_lpa_notifications_free>;

// ---- The LPA ----

// What it is made of; everything that is named here must live as long as the Lpa.
class Config {
 public:
  Config() { c_.struct_size = sizeof c_; }
  Config(const Config&) = delete;
  Config& operator=(const Config&) = delete;

  Config& card(const eider_lpa_card& port) {
    card_ = port;
    c_.card = &card_;
    return *this;
  }
  Config& card(Card& card) {
    eider_lpa_card port{};
    port.struct_size = sizeof port;
    port.context = &card;
    port.transmit = &detail::transmit;
    port.reset = &detail::reset;
    return this->card(port);
  }
  Config& http(const eider_lpa_http& port) {
    http_ = port;
    c_.http = &http_;
    return *this;
  }
  Config& http(Http& http) {
    eider_lpa_http port{};
    port.struct_size = sizeof port;
    port.context = &http;
    port.post = &detail::post;
    return this->http(port);
  }
  Config& user(User& user) {
    user_ = {};
    user_.struct_size = sizeof user_;
    user_.context = &user;
    user_.confirm = &detail::confirm;
    user_.confirm_changed = &detail::confirm_changed;
    user_.confirmation_code = &detail::confirmation_code;
    user_.progress = &detail::progress;
    user_.warn = &detail::warn;
    user_.log = &detail::log;
    c_.user = &user_;
    return *this;
  }
  // Everything else: flags, imei, block_size and so on.
  eider_lpa_config& raw() { return c_; }
  const eider_lpa_config& raw() const { return c_; }

 private:
  eider_lpa_config c_{};
  eider_lpa_card card_{};
  eider_lpa_http http_{};
  eider_lpa_user user_{};
};

struct Download {
  std::string activation_code = {};                 // or
  std::string smdp_address = {}, matching_id = {};  // of an event; all empty: what the default SM-DP+ has
  std::optional<std::string> confirmation_code = {};
  bool enable = false;
};

class Lpa {
 public:
  static Result<Lpa> create(const Config& config) {
    eider_lpa* handle = nullptr;
    if (eider_lpa_create(&config.raw(), &handle) != EIDER_LPA_OK) return Error::last();
    return Lpa(handle);
  }
  eider_lpa* handle() { return handle_.get(); }

  Result<Done> open() { return done(eider_lpa_open(handle())); }
  Result<Done> close() { return done(eider_lpa_close(handle())); }
  // From any thread, while the object lives.
  void cancel(eider_lpa_answer answer = EIDER_LPA_LATER) { (void)eider_lpa_cancel(handle(), answer); }

  Result<Chip> chip_info() {
    const eider_lpa_chip* out = nullptr;
    if (eider_lpa_chip_info(handle(), &out) != EIDER_LPA_OK) return Error::last();
    return Chip(out);
  }
  Result<Profiles> list(bool with_icons = false) {
    eider_lpa_profiles* out = nullptr;
    if (eider_lpa_list(handle(), with_icons, &out) != EIDER_LPA_OK) return Error::last();
    return Profiles(out);
  }
  Result<eider_lpa_outcome> enable(const std::string& which) { return on(&eider_lpa_enable, which); }
  Result<eider_lpa_outcome> disable(const std::string& which) { return on(&eider_lpa_disable, which); }
  Result<eider_lpa_outcome> remove(const std::string& which) { return on(&eider_lpa_delete, which); }
  Result<Done> set_nickname(const std::string& which, const std::string& nickname) {
    return done(eider_lpa_set_nickname(handle(), which.c_str(), nickname.c_str()));
  }
  Result<eider_lpa_outcome> memory_reset(std::uint32_t what) {
    eider_lpa_outcome out = empty_outcome();
    if (eider_lpa_memory_reset(handle(), what, &out) != EIDER_LPA_OK) return Error::last();
    return out;
  }
  Result<std::string> default_smdp() {
    char* out = nullptr;
    if (eider_lpa_default_smdp(handle(), &out) != EIDER_LPA_OK) return Error::last();
    const std::unique_ptr<char, detail::Freer<&eider_lpa_string_free>> owner(out);
    return std::string(out);
  }
  Result<Done> set_default_smdp(const std::string& address) {
    return done(eider_lpa_set_default_smdp(handle(), address.c_str()));
  }
  Result<Installed> download(const Download& d) {
    const auto given = [](const std::string& s) { return s.empty() ? nullptr : s.c_str(); };
    eider_lpa_download_request request{};
    request.struct_size = sizeof request;
    request.enable = d.enable;
    request.activation_code = given(d.activation_code);
    request.smdp_address = given(d.smdp_address);
    request.matching_id = given(d.matching_id);
    request.confirmation_code = d.confirmation_code ? d.confirmation_code->c_str() : nullptr;
    const eider_lpa_installed* out = nullptr;
    if (eider_lpa_download(handle(), &request, &out) != EIDER_LPA_OK) return Error::last();
    return Installed(out);
  }
  // Empty: the Root SM-DS of the card.
  Result<Events> discover(const std::string& smds_address = {}) {
    eider_lpa_events* out = nullptr;
    if (eider_lpa_discover(handle(), smds_address.c_str(), &out) != EIDER_LPA_OK) return Error::last();
    return Events(out);
  }
  Result<Notifications> notifications() {
    eider_lpa_notifications* out = nullptr;
    if (eider_lpa_list_notifications(handle(), &out) != EIDER_LPA_OK) return Error::last();
    return Notifications(out);
  }
  Result<Notifications> deliver(std::uint32_t flags = 0) {
    eider_lpa_notifications* out = nullptr;
    if (eider_lpa_deliver(handle(), flags, &out) != EIDER_LPA_OK) return Error::last();
    return Notifications(out);
  }
  Result<Done> discard_notification(std::int64_t number) {
    return done(eider_lpa_discard_notification(handle(), number));
  }

 private:
  struct Destroy {
    void operator()(eider_lpa* lpa) const { (void)eider_lpa_destroy(lpa); }
  };
  explicit Lpa(eider_lpa* handle) : handle_(handle) {}
  static Result<Done> done(eider_lpa_status status) {
    if (status != EIDER_LPA_OK) return Error::last();
    return Done{};
  }
  static eider_lpa_outcome empty_outcome() {
    eider_lpa_outcome out{};
    out.struct_size = sizeof out;
    return out;
  }
  Result<eider_lpa_outcome> on(eider_lpa_status (*function)(eider_lpa*, const char*, eider_lpa_outcome*),
                               const std::string& which) {
    eider_lpa_outcome out = empty_outcome();
    if (function(handle(), which.c_str(), &out) != EIDER_LPA_OK) return Error::last();
    return out;
  }

  std::unique_ptr<eider_lpa, Destroy> handle_;
};

}  // namespace eider::sdk
#endif
