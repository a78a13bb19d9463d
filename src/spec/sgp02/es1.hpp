// ES1, EUM to SM-SR (SGP.02 v4.2 section 5.2).
#pragma once
#include "spec/sgp02/management.hpp"

namespace eider::sgp02::es1 {

struct RegisterEISRequest {
  BaseRequest base;
  Eis eis;
  bool operator==(const RegisterEISRequest&) const = default;
};
using RegisterEISResponse = SimpleResponse;

struct UpdateEISAdditionalPropertiesRequest {  // v4
  BaseRequest base;
  Eid eid;
  AdditionalProperties additionalProperties;
  bool operator==(const UpdateEISAdditionalPropertiesRequest&) const = default;
};
using UpdateEISAdditionalPropertiesResponse = SimpleResponse;

}  // namespace eider::sgp02::es1
