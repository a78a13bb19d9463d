#include "channel/http_answers.hpp"

#include <gtest/gtest.h>

namespace eider::channel {

TEST(HttpAnswers, ComeInAnyPieces) {
  const std::string two =
      "HTTP/1.1 100 Continue\r\n\r\n"
      "HTTP/1.1 200 OK\r\nContent-Type: application/x-gsma-rsp-asn1\r\nContent-Length: 5\r\n\r\nhello"
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
      "HTTP/1.1 204 No Content\r\n\r\n";
  for (std::size_t piece = 1; piece < two.size(); ++piece) {
    HttpAnswers answers;
    std::vector<HttpAnswer> got;
    for (std::size_t at = 0; at < two.size(); at += piece) {
      ASSERT_TRUE(answers.feed(as_bytes(std::string_view(two).substr(at, piece)))) << piece;
      while (auto answer = answers.next()) got.push_back(*std::move(answer));
    }
    ASSERT_EQ(got.size(), 3u) << piece;
    EXPECT_EQ(as_text(got[0].body), "hello");
    ASSERT_EQ(got[0].headers.size(), 2u);
    EXPECT_EQ(got[0].headers[0].second, "application/x-gsma-rsp-asn1");
    EXPECT_EQ(as_text(got[1].body), "abc");
    EXPECT_EQ(got[2].status, 204u);
  }
}

TEST(HttpAnswers, TheEndOfTheConnectionEndsABodyWithoutALength) {
  HttpAnswers answers;
  ASSERT_TRUE(answers.feed(as_bytes("HTTP/1.1 502 Bad Gateway\r\n\r\npart")));
  EXPECT_FALSE(answers.next());
  ASSERT_TRUE(answers.end());
  const auto answer = answers.next();
  ASSERT_TRUE(answer);
  EXPECT_EQ(as_text(answer->body), "part");
  ASSERT_TRUE(answers.feed(as_bytes("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart")));
  EXPECT_FALSE(answers.end()) << "half a body";
}

TEST(HttpAnswers, RefuseWhatIsNoneOrTooMuch) {
  HttpAnswers answers(4);
  EXPECT_FALSE(answers.feed(as_bytes("SSH-2.0-OpenSSH\r\n")));
  HttpAnswers few(4);
  EXPECT_FALSE(few.feed(as_bytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")));
}

}  // namespace eider::channel
