// A main context of one's own, in which calls of GLib libraries are waited for: no loop of somebody else is
// needed, and none is disturbed. For one thread.
#pragma once
#include <gio/gio.h>
#include <memory>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/result.hpp"

namespace eider::net::detail {

struct GlibFree {
  void operator()(GError* e) const { g_error_free(e); }
  void operator()(GMainContext* c) const { g_main_context_unref(c); }
};
template <class T>
struct GObjectFree {
  void operator()(T* object) const { g_object_unref(object); }
};
template <class T>
using GObjectPtr = std::unique_ptr<T, GObjectFree<T>>;

// Where a library puts its error.
class GlibError {
 public:
  GlibError() = default;
  ~GlibError() {
    if (error_) g_error_free(error_);
  }
  GlibError(const GlibError&) = delete;
  GlibError& operator=(const GlibError&) = delete;
  GError** out() { return &error_; }
  bool is(GQuark domain, int code) const {
    return error_ && error_->domain == domain && error_->code == code;
  }
  bool of(GQuark domain) const { return error_ && error_->domain == domain; }
  std::string text() const { return error_ ? error_->message : "no reason is given"; }

 private:
  GError* error_ = nullptr;
};

// What a library says of itself goes into our log, not to standard error.
inline void quieten_glib(const char* domain) {
  g_log_set_handler(
      domain, static_cast<GLogLevelFlags>(G_LOG_LEVEL_MASK | G_LOG_FLAG_FATAL | G_LOG_FLAG_RECURSION),
      [](const gchar* who, GLogLevelFlags, const gchar* text, gpointer) {
        log::info(who ? who : "glib", text ? text : "");
      },
      nullptr);
}

class GlibLoop {
 public:
  GlibLoop() : context_(g_main_context_new()) {}

  // Starts a call with a callback and its data, and returns when the callback has come. The library ends
  // every call, by its own time limit at the latest.
  template <class F>
  GObjectPtr<GAsyncResult> wait(F&& start) {
    g_main_context_push_thread_default(context_.get());
    Waiting waiting;
    start(&GlibLoop::came, static_cast<gpointer>(&waiting));
    while (!waiting.result) g_main_context_iteration(context_.get(), TRUE);
    g_main_context_pop_thread_default(context_.get());
    return std::move(waiting.result);
  }
  // What has come meanwhile: indications, answers that were given up.
  void settle() {
    g_main_context_push_thread_default(context_.get());
    while (g_main_context_iteration(context_.get(), FALSE)) {
    }
    g_main_context_pop_thread_default(context_.get());
  }

 private:
  struct Waiting {
    GObjectPtr<GAsyncResult> result;
  };
  static void came(GObject*, GAsyncResult* result, gpointer data) {
    static_cast<Waiting*>(data)->result.reset(G_ASYNC_RESULT(g_object_ref(result)));
  }
  std::unique_ptr<GMainContext, GlibFree> context_;
};

}  // namespace eider::net::detail
