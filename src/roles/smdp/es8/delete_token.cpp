#include "roles/smdp/es8/delete_token.hpp"

namespace eider::smdp::es8 {

Result<sgp02::es5::MasterDelete> make_delete_token(const Aid& isdp, const DomainData& domain,
                                                   std::uint8_t token_identifier, const Secret& key) {
  sgp02::es5::MasterDelete command;
  command.isdp_aid = isdp;
  command.sd_provider_id = domain.provider_id;
  command.sd_image_number = domain.image_number;
  command.application_provider_id = domain.application_provider_id;
  command.token_identifier = token_identifier;
  EIDER_TRY(token, crypto::aes_cmac(key.view(), {command.token_input()}));
  command.token = token;
  return command;
}

}  // namespace eider::smdp::es8
