// ES4A, Operator to SM-SR: authorisations and wanted notifications (SGP.02 v4.2 section 5.7).
#pragma once
#include "spec/sgp02/management.hpp"

namespace eider::sgp02::es4a {

using SetPLMAResponse = SimpleResponse;
using SetONCResponse = SimpleResponse;
using sgp02::GetONCRequest;
using sgp02::GetONCResponse;
using sgp02::GetPLMARequest;
using sgp02::GetPLMAResponse;
using sgp02::SetONCRequest;
using sgp02::SetPLMARequest;

}  // namespace eider::sgp02::es4a
