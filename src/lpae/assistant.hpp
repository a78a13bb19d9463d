// The LPA inside a card, for whoever makes one: card::Euicc euicc(nvm, random, lpae::in_the_card()).
#pragma once
#include "card/local_profile_assistant.hpp"

namespace eider::lpae {

card::LpaeFactory in_the_card();

}  // namespace eider::lpae
