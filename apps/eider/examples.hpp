// What --help shows by example for the commands that declare none themselves.
#pragma once

namespace CLI {
class App;
}

namespace eider::app {
void add_examples(CLI::App& app);
}
