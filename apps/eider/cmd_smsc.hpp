// What the subcommands of `eider smsc` share.
#pragma once
#include <string>
#include <utility>

namespace CLI {
class App;
}

namespace eider::app::smsc_cli {

// Of "NAME=VALUE"; throws CommandError.
std::pair<std::string, std::string> name_and_value(const std::string& option, const std::string& text);
void declare_submit(CLI::App& smsc);

}  // namespace eider::app::smsc_cli
