// What the LPA learns, as JSON with the member names of the specification.
#pragma once
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "roles/lpa/procedures/chip_info.hpp"
#include "roles/lpa/procedures/notifications.hpp"
#include "spec/sgp22/es10c.hpp"

namespace eider::lpa {

boost::json::object to_json(const sgp22::ProfileInfo& profile);
boost::json::object to_json(const sgp22::StoreMetadataRequest& metadata);
boost::json::object to_json(const sgp22::NotificationMetadata& metadata);
boost::json::object to_json(const ChipInfo& chip);

// Numbers and bits by their names; a value without a name is its number.
std::string name_of(int value, std::span<const der::NamedValue> names);
std::string names_of(const sgp22::BitString& bits, std::span<const der::NamedValue> names,
                     std::string_view separator);

}  // namespace eider::lpa
