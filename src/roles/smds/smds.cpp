#include "roles/smds/smds.hpp"

#include "roles/smds/es12/functions.hpp"

namespace eider::smds {

Result<std::unique_ptr<SmDs>> SmDs::create(SmDsConfig config, SmDsPorts ports) {
  if (config.address.empty()) return fail_local("the SM-DS has no address", "give its FQDN");
  if (config.roots.anchors().empty())
    return fail_local("the SM-DS trusts no CI", "give the CI certificate of the servers that may call it");
  return std::unique_ptr<SmDs>(new SmDs(std::make_unique<Context>(std::move(config), ports)));
}

SmDs::SmDs(std::unique_ptr<Context> context) : context_(std::move(context)) {}
SmDs::~SmDs() = default;

HttpReply SmDs::es12(const server::Request& request) {
  return server::serve_json(request, "smds", es12::functions(), [&](const auto& f) -> Result<Bytes> {
    EIDER_TRY(caller, es12::identify(*context_, request.client_certificate));
    return f.json(*context_, caller, as_text(request.body));
  });
}

}  // namespace eider::smds
