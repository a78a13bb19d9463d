// Subscribers in bulk: a header row, then one subscriber a line (RFC 4180).
#pragma once
#include "profile/personalise.hpp"

namespace eider::profile {

// Columns, in any order and case: iccid, imsi; optional: k (or ki), opc, op, pin1, pin2, puk1, puk2, adm1,
// msisdn, spn, kic, kid, kik. An empty field leaves the template's value. The text must outlive the reader.
class SubscriberCsv {
 public:
  // LocalFault "line 1, column 3: unknown column 'kii'".
  static Result<SubscriberCsv> open(std::string_view text);
  // The next subscriber, or nothing at the end. After a fault the reader stands behind the faulty line.
  Result<std::optional<SubscriberData>> next();
  std::size_t line() const { return line_; }  // of the subscriber that next() returned

 private:
  std::string_view rest_;
  std::size_t line_ = 0;
  std::size_t next_line_ = 1;
  std::vector<int> columns_;
  // The fields of one row; nothing at the end of the text.
  Result<std::optional<std::vector<std::string>>> row();
};

}  // namespace eider::profile
