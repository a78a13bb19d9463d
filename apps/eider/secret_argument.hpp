// Secrets on a command line. Every user of the machine can read the arguments of a process, so a secret may
// stand elsewhere: "@FILE" names a file, "-" is a line of standard input, "env:NAME" a variable of the
// environment.
#pragma once
#include <string>

#include "base/secret.hpp"

namespace eider::app {

// What the forms mean, for --help.
inline constexpr const char* kSecretForms =
    "Secrets: @FILE reads a file, - a line of standard input, env:NAME the environment. Given in the clear "
    "they are\n"
    "visible to every user of this machine in the list of processes.";

// The secret without white space around it. A value in the clear is taken, with a warning on standard error
// that names the option and not the value. Throws CommandError when the file, line or variable is not there.
Secret read_secret_argument(const std::string& option, const std::string& value);

}  // namespace eider::app
