#include "store/campaign_view.hpp"

#include "store/campaign_rows.hpp"

namespace eider::store {
namespace {
using namespace campaign;

std::int64_t number(std::uint64_t v) {
  return static_cast<std::int64_t>(v);
}
template <class E>
std::int64_t code_of(E value) {
  return static_cast<std::int64_t>(value);
}
template <class T>
T value_at(Query& q, int column) {
  return static_cast<T>(q.integer(column));
}
// Texts are empty for most rows: NULL takes no room.
std::optional<std::string> filled_text(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

#define EIDER_CAMPAIGN_COLUMNS "id,name,tag,created_at,wanted,why,counted_from,revision,data"
Result<Campaign> read_campaign(Query& q) {
  Campaign c;
  c.id = value_at<CampaignId>(q, 0);
  c.name = q.text(1);
  c.tag = q.text(2);
  c.created_at = to_time(q.integer(3));
  c.wanted = value_at<Wanted>(q, 4);
  c.why = q.text(5);
  c.counted_from = value_at<std::uint64_t>(q, 6);
  c.revision = value_at<std::uint32_t>(q, 7);
  EIDER_TRY(terms, decode_row<CampaignTerms>(q.blob(8)));
  c.goal = std::move(terms.goal);
  c.pace = std::move(terms.pace);
  return c;
}

#define EIDER_CARD_COLUMNS                                                                                 \
  "seq,eid,target,state,action,reason,not_before,call,attempts,sends,sent_at,validity,notes,subject_code," \
  "reason_code,text"
Result<Card> read_card(Query& q) {
  Card c;
  c.seq = value_at<std::uint32_t>(q, 0);
  c.eid = fixed<16>(q.blob(1));
  if (!q.null(2)) c.target = fixed<10>(q.blob(2));
  c.state = value_at<CardState>(q, 3);
  c.action = value_at<Action>(q, 4);
  c.reason = value_at<Reason>(q, 5);
  c.not_before = to_time(q.integer(6));
  c.call = value_at<std::uint32_t>(q, 7);
  c.attempts = value_at<std::uint16_t>(q, 8);
  c.sends = value_at<std::uint16_t>(q, 9);
  c.sent_at = to_time(q.integer(10));
  c.validity = value_at<std::uint32_t>(q, 11);
  c.notes = value_at<std::uint8_t>(q, 12);
  c.subject_code = q.text(13);
  c.reason_code = q.text(14);
  c.text = q.text(15);
  return c;
}

#define EIDER_ATTEMPT_COLUMNS \
  "id,seq,call,action,outcome,sent_at,ended_at,sends,subject_code,reason_code,text"
Result<Attempt> read_attempt(Query& q) {
  Attempt a;
  a.id = value_at<std::uint64_t>(q, 0);
  a.seq = value_at<std::uint32_t>(q, 1);
  a.call = value_at<std::uint32_t>(q, 2);
  a.action = value_at<Action>(q, 3);
  a.outcome = value_at<Outcome>(q, 4);
  a.sent_at = to_time(q.integer(5));
  a.ended_at = to_time(q.integer(6));
  a.sends = value_at<std::uint16_t>(q, 7);
  a.subject_code = q.text(8);
  a.reason_code = q.text(9);
  a.text = q.text(10);
  return a;
}
Result<Time> read_time(Query& q) {
  return to_time(q.integer(0));
}

// The columns of add_card and put_card that are the same, in their order.
Query& bind_card(Query& q, const Card& c) {
  q.bind_blob_or_null(c.target ? c.target->view() : ByteView{});
  q.bind(code_of(c.state)).bind(std::int64_t{c.action == Action::kLook}).bind(code_of(c.action));
  q.bind(code_of(c.reason)).bind(to_integer(c.not_before)).bind(number(c.call)).bind(number(c.attempts));
  q.bind(number(c.sends)).bind(to_integer(c.sent_at)).bind(number(c.validity)).bind(number(c.notes));
  for (const auto* text : {&c.subject_code, &c.reason_code, &c.text})
    text->empty() ? q.bind_null() : q.bind(*text);
  return q;
}

}  // namespace

Result<std::vector<Campaign>> CampaignView::campaigns() {
  auto q = c_.query("SELECT " EIDER_CAMPAIGN_COLUMNS " FROM campaign ORDER BY id");
  return all<Campaign>(q, read_campaign);
}
Result<std::optional<Campaign>> CampaignView::campaign(CampaignId id) {
  auto q = c_.query("SELECT " EIDER_CAMPAIGN_COLUMNS " FROM campaign WHERE id=?");
  q.bind(number(id));
  return one<Campaign>(q, read_campaign);
}
Result<std::optional<Campaign>> CampaignView::find_campaign(const std::string& name) {
  auto q = c_.query("SELECT " EIDER_CAMPAIGN_COLUMNS " FROM campaign WHERE name=?");
  q.bind(name);
  return one<Campaign>(q, read_campaign);
}
Result<std::optional<Card>> CampaignView::card(CampaignId id, std::uint32_t seq) {
  auto q = c_.query("SELECT " EIDER_CARD_COLUMNS " FROM card WHERE campaign=? AND seq=?");
  q.bind(number(id)).bind(number(seq));
  return one<Card>(q, read_card);
}
Result<std::optional<Card>> CampaignView::find_card(CampaignId id, const Eid& eid) {
  auto q = c_.query("SELECT " EIDER_CARD_COLUMNS " FROM card WHERE campaign=? AND eid=?");
  q.bind(number(id)).bind(eid.view());
  return one<Card>(q, read_card);
}
Result<std::vector<Card>> CampaignView::cards(CampaignId id, std::uint32_t from_seq, std::size_t limit,
                                              std::optional<CardState> state) {
  const auto most = number(std::min<std::size_t>(limit, INT64_MAX));
  auto q = c_.query("SELECT " EIDER_CARD_COLUMNS
                    " FROM card WHERE campaign=? AND seq>=? AND (?<0 OR state=?) ORDER BY seq LIMIT ?");
  const auto wanted = state ? code_of(*state) : -1;
  q.bind(number(id)).bind(number(from_seq)).bind(wanted).bind(wanted).bind(most);
  return all<Card>(q, read_card);
}
Result<std::vector<Card>> CampaignView::due(CampaignId id, bool look, Time now, std::size_t limit) {
  std::vector<Card> out;
  const auto most = number(std::min<std::size_t>(limit, INT64_MAX));
  {
    auto q = c_.query("SELECT " EIDER_CARD_COLUMNS
                      " FROM card WHERE campaign=? AND look=? AND state=0 AND not_before>0 AND not_before<=?"
                      " ORDER BY not_before,seq LIMIT ?");
    q.bind(number(id)).bind(std::int64_t{look}).bind(to_integer(now)).bind(most);
    EIDER_TRY(back, all<Card>(q, read_card));
    out = std::move(back);
  }
  if (out.size() == limit) return out;
  auto q =
      c_.query("SELECT " EIDER_CARD_COLUMNS
               " FROM card WHERE campaign=? AND look=? AND state=0 AND not_before=0 ORDER BY seq LIMIT ?");
  q.bind(number(id)).bind(std::int64_t{look}).bind(most - number(out.size()));
  EIDER_TRY(fresh, all<Card>(q, read_card));
  for (auto& card : fresh) out.push_back(std::move(card));
  return out;
}
Result<std::vector<Card>> CampaignView::in_flight(CampaignId id) {
  auto q = c_.query("SELECT " EIDER_CARD_COLUMNS " FROM card WHERE campaign=? AND state=1 ORDER BY seq");
  q.bind(number(id));
  return all<Card>(q, read_card);
}
Result<std::optional<Time>> CampaignView::next_due(CampaignId id, bool look) {
  auto q = c_.query(
      "SELECT not_before FROM card WHERE campaign=? AND look=? AND state=0 ORDER BY not_before LIMIT 1");
  q.bind(number(id)).bind(std::int64_t{look});
  return one<Time>(q, read_time);
}
Result<Tally> CampaignView::tally(CampaignId id) {
  Tally out{};
  auto q = c_.query("SELECT state,COUNT(*) FROM card WHERE campaign=? GROUP BY state");
  q.bind(number(id));
  for (;;) {
    EIDER_TRY(found, q.step());
    if (!found) return out;
    const auto state = static_cast<std::size_t>(q.integer(0));
    if (state < out.size()) out[state] = static_cast<std::uint64_t>(q.integer(1));
  }
}
Result<std::vector<std::pair<Action, std::uint64_t>>> CampaignView::next_actions(CampaignId id) {
  using Row = std::pair<Action, std::uint64_t>;
  auto q = c_.query("SELECT action,COUNT(*) FROM card WHERE campaign=? AND state=0 GROUP BY action");
  q.bind(number(id));
  return all<Row>(q, [](Query& row) -> Result<Row> {
    return Row(value_at<Action>(row, 0), value_at<std::uint64_t>(row, 1));
  });
}
Result<std::vector<ReasonCount>> CampaignView::reasons(CampaignId id) {
  auto q = c_.query(
      "SELECT state,reason,subject_code,reason_code,COUNT(*) FROM card WHERE campaign=? AND state>1"
      " GROUP BY 1,2,3,4 ORDER BY 1,2,3,4");
  q.bind(number(id));
  return all<ReasonCount>(q, [](Query& row) -> Result<ReasonCount> {
    return ReasonCount{value_at<CardState>(row, 0), value_at<Reason>(row, 1), row.text(2), row.text(3),
                       value_at<std::uint64_t>(row, 4)};
  });
}
Result<std::vector<Attempt>> CampaignView::attempts(CampaignId id, std::uint64_t after, std::size_t limit,
                                                    std::optional<std::uint32_t> seq) {
  const auto most = number(std::min<std::size_t>(limit, INT64_MAX));
  if (seq) {
    auto q = c_.query("SELECT " EIDER_ATTEMPT_COLUMNS
                      " FROM attempt WHERE campaign=? AND seq=? AND id>? ORDER BY id LIMIT ?");
    q.bind(number(id)).bind(number(*seq)).bind(number(after)).bind(most);
    return all<Attempt>(q, read_attempt);
  }
  // +campaign: in the order of the ids, not by the index.
  auto q = c_.query("SELECT " EIDER_ATTEMPT_COLUMNS
                    " FROM attempt WHERE id>? AND +campaign=? ORDER BY id LIMIT ?");
  q.bind(number(after)).bind(number(id)).bind(most);
  return all<Attempt>(q, read_attempt);
}
Result<std::vector<Attempt>> CampaignView::latest_outcomes(CampaignId id, std::uint64_t after,
                                                           std::size_t limit) {
  auto q = c_.query("SELECT " EIDER_ATTEMPT_COLUMNS
                    " FROM attempt WHERE id>? AND +campaign=? AND action<>? AND outcome<>?"
                    " ORDER BY id DESC LIMIT ?");
  q.bind(number(after)).bind(number(id)).bind(code_of(Action::kLook)).bind(code_of(Outcome::kUnknown));
  q.bind(number(std::min<std::size_t>(limit, INT64_MAX)));
  return all<Attempt>(q, read_attempt);
}
Result<std::uint64_t> CampaignView::last_attempt(CampaignId /*id*/) {
  auto q = c_.query("SELECT COALESCE(MAX(id),0) FROM attempt");  // ids ascend over all campaigns
  EIDER_CHECK(q.step());
  return static_cast<std::uint64_t>(q.integer(0));
}
Result<std::vector<std::uint32_t>> CampaignView::durations(CampaignId id) {
  auto q = c_.query("SELECT ended_at-sent_at FROM attempt WHERE +campaign=? AND action<>? AND outcome<=?");
  q.bind(number(id)).bind(code_of(Action::kLook)).bind(code_of(Outcome::kWarning));
  return all<std::uint32_t>(q, [](Query& row) -> Result<std::uint32_t> {
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(row.integer(0), 0, UINT32_MAX));
  });
}

// ---- writing

Status CampaignView::add_campaign(Campaign& c) {
  const auto data = der::encode(CampaignTerms{c.goal, c.pace});
  auto q = c_.query(
      "INSERT INTO campaign(name,tag,created_at,wanted,why,counted_from,revision,data) "
      "VALUES(?,?,?,?,?,?,?,?)");
  q.bind(c.name).bind(c.tag).bind(to_integer(c.created_at)).bind(code_of(c.wanted)).bind(c.why);
  EIDER_CHECK(q.bind(number(c.counted_from)).bind(number(c.revision)).bind(data).run());
  c.id = static_cast<CampaignId>(c_.last_insert_id());
  return {};
}
Status CampaignView::put_campaign(const Campaign& c) {
  const auto data = der::encode(CampaignTerms{c.goal, c.pace});
  auto q = c_.query("UPDATE campaign SET wanted=?,why=?,counted_from=?,revision=?,data=? WHERE id=?");
  q.bind(code_of(c.wanted)).bind(c.why).bind(number(c.counted_from)).bind(number(c.revision));
  return q.bind(data).bind(number(c.id)).run();
}
Status CampaignView::remove_campaign(CampaignId id) {
  for (const char* sql : {"DELETE FROM attempt WHERE campaign=?", "DELETE FROM card WHERE campaign=?",
                          "DELETE FROM campaign WHERE id=?"}) {
    auto q = c_.query(sql);
    EIDER_CHECK(q.bind(number(id)).run());
  }
  return {};
}
Status CampaignView::add_card(CampaignId id, const Card& c) {
  auto q = c_.query(
      "INSERT INTO "
      "card(target,state,look,action,reason,not_before,call,attempts,sends,sent_at,validity,notes,"
      "subject_code,reason_code,text,campaign,seq,eid) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)");
  return bind_card(q, c).bind(number(id)).bind(number(c.seq)).bind(c.eid.view()).run();
}
Status CampaignView::put_card(CampaignId id, const Card& c) {
  auto q = c_.query(
      "UPDATE card SET "
      "target=?,state=?,look=?,action=?,reason=?,not_before=?,call=?,attempts=?,sends=?,sent_at=?,"
      "validity=?,notes=?,subject_code=?,reason_code=?,text=? WHERE campaign=? AND seq=?");
  return bind_card(q, c).bind(number(id)).bind(number(c.seq)).run();
}
Status CampaignView::add_attempt(CampaignId id, const Attempt& a) {
  const auto subject = filled_text(a.subject_code), reason = filled_text(a.reason_code),
             text = filled_text(a.text);
  auto q = c_.query(
      "INSERT INTO "
      "attempt(campaign,seq,call,action,outcome,sent_at,ended_at,sends,subject_code,reason_code,text)"
      " VALUES(?,?,?,?,?,?,?,?,?,?,?)");
  q.bind(number(id))
      .bind(number(a.seq))
      .bind(number(a.call))
      .bind(code_of(a.action))
      .bind(code_of(a.outcome));
  q.bind(to_integer(a.sent_at)).bind(to_integer(a.ended_at)).bind(number(a.sends));
  return q.bind(subject).bind(reason).bind(text).run();
}
Status CampaignView::cancel_waiting(CampaignId id) {
  auto q = c_.query(
      "UPDATE card SET state=?,reason=? WHERE campaign=? AND state=0 AND NOT (look=1 AND attempts>0)");
  q.bind(code_of(CardState::kCancelled)).bind(code_of(Reason::kCancelledByHand));
  return q.bind(number(id)).run();
}

}  // namespace eider::store
