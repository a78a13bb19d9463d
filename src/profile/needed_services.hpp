// Which services of a card the elements of a package make use of, whatever its header lists.
#pragma once
#include <map>

#include "profile/file_system.hpp"

namespace eider::profile {

// Each service with what needs it: "akaParameter", "3F00/7FD0/6FE5".
std::map<saip::Service, std::string> needed_services(std::span<const saip::ProfileElement* const> elements,
                                                     const FileSystemImage& image);

}  // namespace eider::profile
