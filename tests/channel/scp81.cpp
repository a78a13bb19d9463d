// SCP81: SGP.02 v4.2 section 2.4.4, GlobalPlatform Amendment B.
#include "channel/scp81.hpp"

#include <gtest/gtest.h>

#include "channel/scp81_trigger.hpp"
#include "support/must.hpp"

namespace eider::channel::scp81 {
namespace {
using test::must;

const Eid kEid = *Eid::from(hex("89001012012341234012345678901224"));
const Aid kIsdR = *Aid::from(hex("A0000005591010FFFFFFFF8900000100"));
const Aid kIsdP = *Aid::from(hex("A0000005591010FFFFFFFF8900001000"));

// Section 5.1 of the project's facts on SGP.02.
TEST(Scp81, PskIdentityIsHexadecimalText) {
  const PskIdentity identity{kEid, kIsdR, 0x01, 0x40};
  EXPECT_EQ(identity.text(),
            "8001028110890010120123412340123456789012244F10A0000005591010FFFFFFFF8900000100820101830140");
  auto lower = identity.text();
  for (auto& c : lower) c = static_cast<char>(std::tolower(c));
  for (const auto& text : {identity.text(), lower}) {
    const auto read = must(PskIdentity::parse(text));
    EXPECT_EQ(to_hex(read.eid), to_hex(kEid));
    EXPECT_EQ(to_hex(read.aid), to_hex(kIsdR));
    EXPECT_EQ(read.key_identifier, 0x01);
    EXPECT_EQ(read.key_version, 0x40);
  }
  const auto good = identity.text();
  for (std::size_t n = 0; n < good.size(); ++n) EXPECT_FALSE(PskIdentity::parse(good.substr(0, n))) << n;
  EXPECT_FALSE(PskIdentity::parse(good + " "));
  EXPECT_FALSE(PskIdentity::parse("80010181" + good.substr(8)));
}

// Section 5.2 of the facts: what cards and SM-SRs of the field send.
TEST(Scp81, MessagesHaveTheHeadersOfTheField) {
  const AdminRequest first{"/server/adminagent?cmd=1", "smsr.example", kEid, kIsdR, false, {}, {}};
  EXPECT_EQ(as_text(first.encode()),
            "POST /server/adminagent?cmd=1 HTTP/1.1\r\n"
            "Host: smsr.example\r\n"
            "X-Admin-Protocol: globalplatform-remote-admin/1.0\r\n"
            "X-Admin-From: //se-id/eid/89001012012341234012345678901224;"
            "//aa-id/aid/A000000559/1010FFFFFFFF8900000100\r\n"
            "Content-Length: 0\r\n\r\n");
  AdminResponse script{200, "/server/adminagent?cmd=2", kIsdP, hex("AE800000")};
  EXPECT_EQ(as_text(script.encode()),
            "HTTP/1.1 200 OK\r\n"
            "X-Admin-Protocol: globalplatform-remote-admin/1.0\r\n"
            "X-Admin-Next-URI: /server/adminagent?cmd=2\r\n"
            "X-Admin-Targeted-Application: //aid/A000000559/1010FFFFFFFF8900001000\r\n"
            "Content-Type: application/vnd.globalplatform.card-content-mgt;version=1.0\r\n"
            "Transfer-Encoding: chunked\r\n\r\n"
            "4\r\n\xAE\x80" +
                std::string(2, '\0') + "\r\n0\r\n\r\n");
}

TEST(Scp81, MessagesComeBackAsTheyWere) {
  std::vector<AdminRequest> requests;
  requests.push_back({"/a?1", "h", kEid, kIsdR, false, {}, {}});
  requests.push_back({"/a?2", "h", kEid, kIsdR, true, ScriptStatus::kOk, Bytes(3000, 0xAF)});
  requests.push_back({"/a?3", "h:8443", kEid, kIsdP, false, ScriptStatus::kSecurityError, {}});
  for (const std::size_t piece : {1, 7, 100, 100000}) {
    RequestReader reader;
    Bytes all;
    for (const auto& r : requests) append(all, r.encode());
    for (std::size_t at = 0; at < all.size(); at += piece)
      must(reader.feed(ByteView(all).subspan(at, std::min(piece, all.size() - at))));
    for (const auto& r : requests) {
      const auto got = reader.next();
      ASSERT_TRUE(got);
      EXPECT_EQ(to_hex(got->encode()), to_hex(r.encode()));
    }
    EXPECT_FALSE(reader.next());
  }
  ResponseReader reader;
  for (const auto& r : {AdminResponse{200, "/n", kIsdP, Bytes(5000, 0xAE)},
                        AdminResponse{200, {}, {}, hex("AA00")}, AdminResponse{204, "/wait", {}, {}},
                        AdminResponse{204, {}, {}, {}}, AdminResponse{500, {}, {}, {}}}) {
    must(reader.feed(r.encode()));
    const auto got = reader.next();
    ASSERT_TRUE(got);
    EXPECT_EQ(to_hex(got->encode()), to_hex(r.encode()));
  }
}

TEST(Scp81, BodiesOfSeveralChunksAndOfALengthAreRead) {
  const std::string head =
      "HTTP/1.1 200 OK\r\nX-Admin-Protocol: globalplatform-remote-admin/1.0\r\nx-admin-next-uri: /n\r\n"
      "Content-Type: application/vnd.globalplatform.card-content-mgt; version=1.0\r\n";
  ResponseReader reader;
  must(
      reader.feed(as_bytes(head + "Transfer-Encoding: chunked\r\n\r\n2\r\nAB\r\n3;x=y\r\nCDE\r\n0\r\n\r\n")));
  must(reader.feed(as_bytes(head + "Content-Length: 5\r\n\r\nABCDE")));
  for (int i = 0; i < 2; ++i) {
    const auto r = reader.next();
    ASSERT_TRUE(r);
    EXPECT_EQ(as_text(r->body), "ABCDE");
    EXPECT_EQ(r->next_uri, "/n");
  }
}

TEST(Scp81, StrangeMessagesAreRefused) {
  const auto base = std::string(
      as_text(AdminRequest{"/a", "h", kEid, kIsdR, false, ScriptStatus::kOk, hex("AF00")}.encode()));
  const auto with = [&](std::string_view from, std::string_view to) {
    auto text = base;
    text.replace(text.find(from), from.size(), to);
    RequestReader reader;
    return reader.feed(as_bytes(text)).has_value();
  };
  EXPECT_TRUE(with("ok", "ok"));
  EXPECT_FALSE(with("POST", "GET"));
  EXPECT_FALSE(with("admin/1.0", "admin/2.0"));
  EXPECT_FALSE(with("//se-id/eid/89", "//se-id/eid/8"));
  EXPECT_FALSE(with(";//aa-id", ",//aa-id"));
  EXPECT_FALSE(with("Status: ok", "Status: fine"));
  EXPECT_FALSE(with("card-content-mgt-response", "card-content-mgt"));
  EXPECT_FALSE(with("\r\n2\r\n", "\r\nFFFFFFFFFF\r\n"));
  RequestReader small(16);
  EXPECT_FALSE(
      small.feed(AdminRequest{"/a", "h", kEid, kIsdR, false, ScriptStatus::kOk, Bytes(17, 1)}.encode()));
  RequestReader endless;
  EXPECT_FALSE(endless.feed(as_bytes("POST / HTTP/1.1\r\nX: " + std::string(20000, 'a'))));
  ResponseReader script;
  EXPECT_FALSE(
      script.feed(as_bytes("HTTP/1.1 200 OK\r\nX-Admin-Protocol: globalplatform-remote-admin/1.0\r\n"
                           "Content-Length: 0\r\n\r\n")));
}

TEST(Scp81, TriggersAreWrittenAndRead) {
  EXPECT_EQ(to_hex(Trigger{}.encode()), "8100");
  Trigger t;
  t.connection = ConnectionParameters{hex("01"), 1400, "m2m.example", 443, hex("7F000001")};
  t.psk_identity = "8001";
  t.key = KeyReference{0x40, 0x01};
  t.retry = RetryPolicy{3, 3723};
  t.post = PostParameters{"smsr.example", {}, "/a?1"};
  EXPECT_EQ(to_hex(t.encode()),
            "814E834C"
            "8421350101"
            "39020578"
            "470C036D326D076578616D706C65"
            "3C030201BB"
            "3E05217F000001"
            "8508"
            "0438303031"
            "024001"
            "8607"
            "0003"
            "A503102030"
            "8914"
            "8A0C736D73722E6578616D706C65"
            "8C042F613F31")
      << to_hex(t.encode());
  EXPECT_EQ(must(Trigger::decode(t.encode())), t);
  EXPECT_EQ(must(Trigger::decode(hex("8100"))), Trigger{});
  const auto octets = t.encode();
  for (std::size_t n = 0; n < octets.size(); ++n)
    EXPECT_FALSE(Trigger::decode(ByteView(octets).first(n))) << n;
  // Cut off, unknown members, wrong sizes, no time, no transport, no labels.
  for (const char* bad :
       {"800100", "810283", "81048302AABB", "8104830284AA", "8107830586030000", "810B830986070003A503990000",
        "8105830385020500", "8108830684043C020000", "81078305840347020500"})
    EXPECT_FALSE(Trigger::decode(hex(bad))) << bad;
}

}  // namespace
// Octet by octet, Boost.Beast of 1.81 asserts on the last chunk unless it is held back.
TEST(Scp81, AMessageOfNoChunkButTheLastComesInSingleOctets) {
  const std::string text =
      "POST /x HTTP/1.1\r\nHost: a\r\nX-Admin-Protocol: globalplatform-remote-admin/1.0\r\n"
      "X-Admin-From: //se-id/eid/89001012012341234012345678901224;//aa-id/aid/A000000559/"
      "1010FFFFFFFF8900000100\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
  RequestReader reader;
  for (const char c : text) ASSERT_TRUE(reader.feed(as_bytes(std::string(1, c))));
  const auto read = reader.next();
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->body.empty());
}

TEST(Scp81, AStatusBelowAHundredIsNone) {
  ResponseReader reader;
  EXPECT_FALSE(reader.feed(as_bytes("HTTP/1.1 020 OK\r\nContent-Length: 0\r\n\r\n")));
}

}  // namespace eider::channel::scp81
