// What the subcommands of `eider device` share.
#pragma once

namespace CLI {
class App;
}

namespace eider::app::device_cmd {

void declare_fleet(CLI::App& device);
void declare_local(CLI::App& device);
void declare_modem(CLI::App& device);

}  // namespace eider::app::device_cmd
