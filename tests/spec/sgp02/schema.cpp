#include "spec/sgp02/schema.hpp"

#include <cstdlib>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>
#include <unistd.h>

#include "spec/inspect/inspect.hpp"
#include "spec/sgp02/soap.hpp"
#include "support/paths.hpp"

namespace eider::sgp02 {
namespace {

struct Sample {
  const Function* function;
  MessageKind kind;
  std::string element;
};
std::vector<Sample> samples() {
  std::vector<Sample> out;
  for (const auto& f : functions()) {
    const auto kind = f.notification() ? MessageKind::kNotification : MessageKind::kRequest;
    out.push_back({&f, kind, sample(f, kind)});
    if (!f.notification()) out.push_back({&f, MessageKind::kResponse, sample(f, MessageKind::kResponse)});
  }
  return out;
}
std::string in_envelope(const std::string& element) {
  return "<e:Envelope xmlns:e='http://www.w3.org/2003/05/soap-envelope'><e:Body>" + element +
         "</e:Body></e:Envelope>";
}
std::string body_of(const std::string& envelope) {
  const auto begin = envelope.find("<soap:Body>") + 11;
  return envelope.substr(begin, envelope.find("</soap:Body>") - begin);
}

TEST(SoapSamples, EveryMessageComesBackAsItWent) {
  std::size_t count = 0;
  for (const auto& s : samples()) {
    const auto first = soap::decode(as_bytes(in_envelope(s.element)));
    ASSERT_TRUE(first) << s.element << "\n" << first.error().status.message;
    EXPECT_EQ(first->function, s.function);
    EXPECT_EQ(first->kind, s.kind);
    const auto once = soap::encode({}, *s.function, s.kind, first->body);
    const auto second = soap::decode(as_bytes(once));
    ASSERT_TRUE(second) << once;
    EXPECT_EQ(soap::encode({}, *s.function, s.kind, second->body), once);
    // What is signed is kept as it stands alone, with its namespaces: everything else is as it was.
    if (s.element.find("EumSignedInfo") == std::string::npos) {
      auto plain = s.element;
      const std::string declaration = " xmlns:rps=\"" + std::string(soap::kMessageNamespace) + "\"";
      plain.erase(plain.find(declaration), declaration.size());
      EXPECT_EQ(body_of(once), plain);
    }
    ++count;
  }
  EXPECT_EQ(count, 85 + 52U);  // requests and notifications, and the responses
}

// Every element taken out in turn: either it may be absent, or the refusal names it.
TEST(SoapSamples, WhatIsMandatoryIsMissed) {
  std::size_t missed = 0;
  for (const auto& s : samples()) {
    const auto envelope = in_envelope(s.element);
    const auto& text = s.element;
    for (auto at = text.find("<rps:", 1); at != std::string::npos; at = text.find("<rps:", at + 1)) {
      const auto name = text.substr(at + 5, text.find_first_of(" />", at + 5) - at - 5);
      const auto close = "</rps:" + name + ">";
      auto end = text.find(close, at);
      if (end == std::string::npos) continue;  // empty element
      auto without = text;
      without.erase(at, end + close.size() - at);
      const auto message = soap::decode(as_bytes(in_envelope(without)));
      if (message) continue;
      EXPECT_EQ(message.error().status.subject_code, "1.3.1");
      EXPECT_EQ(message.error().status.reason_code, "2.2") << name << ": " << message.error().status.message;
      EXPECT_THAT(message.error().status.message, testing::HasSubstr(name));
      ++missed;
    }
  }
  EXPECT_GT(missed, 300U);
}

TEST(SoapSamples, CutAndChangedOctetsNeverCrash) {
  for (const auto& s : samples()) {
    const auto envelope = in_envelope(s.element);
    for (std::size_t i = 0; i < envelope.size(); i += 61) {
      soap::decode(as_bytes(envelope).first(i));
      auto changed = envelope;
      changed[i] = static_cast<char>(changed[i] ^ static_cast<char>(1 + i % 127));
      const auto message = soap::decode(as_bytes(changed));
      if (message && message->function) soap::encode({}, *message->function, message->kind, message->body);
    }
  }
}

TEST(SoapSamples, AreToldByTheInspector) {
  for (const auto& s : samples()) {
    const auto found = inspect::text(in_envelope(s.element));
    ASSERT_TRUE(found) << s.element;
    EXPECT_EQ(found->kind, element_name(*s.function, s.kind) + " (SOAP)");
    EXPECT_EQ(inspect::first_error(*found), nullptr) << found->error;
  }
}

TEST(SoapInspector, ShowsStatusAndFault) {
  const auto& f = *find_function("ES3.CreateISDP");
  BaseResponse base;
  base.functionExecutionStatus = status::failed(status::kEuiccMemory);
  const auto found = inspect::text(soap::encode_response({}, f, soap::make_response(f, base)));
  ASSERT_TRUE(found);
  EXPECT_THAT(inspect::to_text(*found), testing::AllOf(testing::HasSubstr("insufficient memory"),
                                                       testing::HasSubstr("Delete a Profile")));
  const auto fault = inspect::text(soap::encode_fault({}, {soap::FaultCode::kSender, "no"}));
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->kind, "SOAP fault");
  auto missing = in_envelope(sample(f, MessageKind::kRequest));
  missing.erase(missing.find("<rps:Eid>"), 9 + 32 + 10);
  const auto refused = inspect::text(missing);
  ASSERT_TRUE(refused);
  ASSERT_NE(inspect::first_error(*refused), nullptr);
  EXPECT_THAT(refused->error, testing::HasSubstr("Eid is missing"));
  EXPECT_FALSE(inspect::text("<html><body/></html>"));
}

class SchemaFile : public testing::Test {
 protected:
  static std::string committed() {
    return std::string(test::source_directory()) + "/docs/schemas/" + std::string(kSchemaFile);
  }
  static bool xmllint() { return std::system("xmllint --version >/dev/null 2>&1") == 0; }
};

TEST_F(SchemaFile, IsTheCommittedOne) {
  std::ifstream in(committed());
  std::ostringstream text;
  text << in.rdbuf();
  EXPECT_EQ(text.str(), schema()) << "eider decode --schema docs/schemas writes it";
}

// libxml2's validator is not the reader of ours: what we write is held against the schema by it.
TEST_F(SchemaFile, TakesEverySampleAndWhatIsWritten) {
  if (!xmllint()) GTEST_SKIP() << "xmllint is not installed";
  const auto directory = "/tmp/eider-schema-" + std::to_string(::getpid());
  ASSERT_EQ(std::system(("mkdir -p " + directory).c_str()), 0);
  std::size_t n = 0;
  const auto write = [&](const std::string& xml) {
    std::ofstream(directory + "/" + std::to_string(n++) + ".xml") << xml;
  };
  for (const auto& s : samples()) {
    write(s.element);
    const auto message = soap::decode(as_bytes(in_envelope(s.element)));
    ASSERT_TRUE(message);
    auto written = body_of(soap::encode({}, *s.function, s.kind, message->body));
    written.insert(written.find_first_of(" />", 1),
                   " xmlns:rps=\"" + std::string(soap::kMessageNamespace) + "\"");
    write(written);
  }
  EXPECT_EQ(std::system(("xmllint --noout --schema " + committed() + " " + directory + "/*.xml >" +
                         directory + "/log 2>&1")
                            .c_str()),
            0)
      << directory << "/log";
  // It does refuse: a wrong value, a wrong order.
  auto bad = sample(*find_function("ES4.EnableProfile"), MessageKind::kRequest);
  bad.replace(bad.find("8900"), 4, "89G0");
  std::ofstream(directory + "/bad") << bad;
  EXPECT_NE(
      std::system(
          ("xmllint --noout --schema " + committed() + " " + directory + "/bad >/dev/null 2>&1").c_str()),
      0);
  if (!HasFailure()) {
    EXPECT_EQ(std::system(("rm -r " + directory).c_str()), 0);
  }
}

}  // namespace
}  // namespace eider::sgp02
