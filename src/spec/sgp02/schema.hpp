// The schema of the off-card interfaces, and a sample of every message, from their declarations. Own text:
// the names are those that SGP.02 puts on the wire, the rest follows from src/spec/sgp02.
#pragma once
#include "spec/sgp02/functions.hpp"

namespace eider::sgp02 {

inline constexpr std::string_view kSchemaFile = "esim-messaging-3.xsd";
std::string schema();
// The element with every field once, those of lists twice, and the values that the types give as examples.
std::string sample(const Function& function, MessageKind kind);

}  // namespace eider::sgp02
