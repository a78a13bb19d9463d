// How the terms of a campaign are written on a command line.
#pragma once
#include "cmd_campaign.hpp"

namespace eider::app::campaign_cli {

// Those throw CommandError 2. "20/s", "600/min", "5000/h"; "0": no limit. Calls a minute.
std::uint32_t parse_rate(const std::string& text);
// "90s", "15m", "2h", "3d", or seconds.
std::uint32_t parse_seconds(const std::string& option, const std::string& text);
// "5%", "0.5%"; "0": never. Per mille.
std::uint32_t parse_share(const std::string& text);
// "22:00-04:00"
campaign::Hours parse_hours(const std::string& text);
// "+02:00", "-0330", "Z". Minutes.
std::int32_t parse_offset(const std::string& text);
// W3C date and time, or "now"; "+90m" from now on.
Time parse_moment(const std::string& option, const std::string& text, Time now);

// The same for people.
std::string rate_text(std::uint32_t per_minute);
std::string span_text(std::uint64_t seconds);
std::string terms_text(const campaign::Campaign& campaign);

}  // namespace eider::app::campaign_cli
