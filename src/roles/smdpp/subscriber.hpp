// How a Profile keeps the data that makes a package out of its template.
#pragma once
#include "profile/personalise.hpp"

namespace eider::smdpp {

Bytes encode_subscriber(const profile::SubscriberData& subscriber);
Result<profile::SubscriberData> decode_subscriber(ByteView encoded);

}  // namespace eider::smdpp
