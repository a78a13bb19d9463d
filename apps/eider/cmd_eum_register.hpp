// eider eum register.
#pragma once

namespace CLI {
class App;
}

namespace eider::app::eum_m2m {

void declare_register(CLI::App& eum);

}  // namespace eider::app::eum_m2m
