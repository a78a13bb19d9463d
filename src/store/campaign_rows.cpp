#include "store/campaign_rows.hpp"

#include "store/row_seal.hpp"

namespace eider::store {
namespace {
using campaign::Goal, campaign::Hours, campaign::Pace;
using der::field;

constexpr der::Field kHours[] = {field<&Hours::from>("from", 0x80), field<&Hours::to>("to", 0x81)};
constexpr der::Field kGoal[] = {filled<&Goal::type>("type", 0x80), filled<&Goal::download>("download", 0x81),
                                filled<&Goal::enabled_type>("enabled_type", 0x82),
                                filled<&Goal::having_type>("having_type", 0x83),
                                filled<&Goal::unseen>("unseen", 0x84)};
constexpr der::Field kPace[] = {field<&Pace::not_before>("not_before", 0x80),
                                field<&Pace::until>("until", 0x81),
                                filled<&Pace::hours>("hours", 0xA2),
                                field<&Pace::utc_offset>("utc_offset", 0x83),
                                field<&Pace::per_minute>("per_minute", 0x84),
                                field<&Pace::burst>("burst", 0x85),
                                field<&Pace::in_flight>("in_flight", 0x86),
                                field<&Pace::validity>("validity", 0x87),
                                field<&Pace::stop_per_mille>("stop_per_mille", 0x88),
                                field<&Pace::stop_over>("stop_over", 0x89),
                                field<&Pace::attempts>("attempts", 0x8A),
                                field<&Pace::soon>("soon", 0x8B),
                                field<&Pace::later>("later", 0x8C)};
constexpr der::Field kCampaignTerms[] = {field<&CampaignTerms::goal>("goal", 0xA0),
                                         field<&CampaignTerms::pace>("pace", 0xA1)};

// card.look: what comes next is a look. Cards that wait are found by it and their time; of WITHOUT ROWID
// tables an index has the key, so that cards of one time are in the order of the list.
constexpr const char* kCampaignVersion1 = EIDER_STORE_KEY_TABLE R"(
CREATE TABLE campaign(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, tag TEXT NOT NULL,
  created_at INTEGER NOT NULL, wanted INTEGER NOT NULL, why TEXT NOT NULL, counted_from INTEGER NOT NULL,
  revision INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE card(campaign INTEGER NOT NULL, seq INTEGER NOT NULL, eid BLOB NOT NULL, target BLOB,
  state INTEGER NOT NULL, look INTEGER NOT NULL, action INTEGER NOT NULL, reason INTEGER NOT NULL,
  not_before INTEGER NOT NULL, call INTEGER NOT NULL, attempts INTEGER NOT NULL, sends INTEGER NOT NULL,
  sent_at INTEGER NOT NULL, validity INTEGER NOT NULL, notes INTEGER NOT NULL, subject_code TEXT, reason_code TEXT,
  text TEXT, PRIMARY KEY(campaign, seq)) WITHOUT ROWID;
CREATE UNIQUE INDEX card_by_eid ON card(campaign, eid);
CREATE INDEX card_waiting ON card(campaign, look, not_before) WHERE state=0;
CREATE INDEX card_in_flight ON card(campaign) WHERE state=1;
CREATE TABLE attempt(id INTEGER PRIMARY KEY, campaign INTEGER NOT NULL, seq INTEGER NOT NULL,
  call INTEGER NOT NULL, action INTEGER NOT NULL, outcome INTEGER NOT NULL, sent_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL, sends INTEGER NOT NULL, subject_code TEXT, reason_code TEXT, text TEXT);
CREATE INDEX attempt_by_card ON attempt(campaign, seq);
)";
constexpr const char* kCampaignMigrations[] = {kCampaignVersion1};

}  // namespace

std::span<const char* const> campaign_migrations() {
  return kCampaignMigrations;
}

}  // namespace eider::store

EIDER_DER_SEQUENCE(eider::campaign::Hours, eider::store::kHours, "store");
EIDER_DER_SEQUENCE(eider::campaign::Goal, eider::store::kGoal, "store");
EIDER_DER_SEQUENCE(eider::campaign::Pace, eider::store::kPace, "store");
EIDER_DER_SEQUENCE(eider::store::CampaignTerms, eider::store::kCampaignTerms, "store");
