#include "crypto/sealing.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/random.hpp"
#include "crypto/key_store.hpp"

namespace eider::crypto {
namespace {

namespace fs = std::filesystem;

SealingKey key_of(std::uint8_t fill) {
  return *SealingKey::make(Secret(Bytes(32, fill)));
}

TEST(Sealing, OpensWhatItSealedAndNothingElse) {
  const auto key = key_of(1);
  for (const std::size_t size : {0u, 1u, 16u, 1000u}) {
    const Bytes text(size, 7), place{1, 2, 3};
    const auto sealed = key.seal(text, place);
    EXPECT_EQ(sealed.size(), size + SealingKey::kOverhead);
    EXPECT_TRUE(equal(key.open(sealed, place)->view(), text));
    EXPECT_FALSE(key.open(sealed, Bytes{1, 2}));
    EXPECT_FALSE(key_of(2).open(sealed, place));
    EXPECT_NE(key.seal(text, place), sealed) << "a fresh nonce each time";
    for (std::size_t i = 0; i < sealed.size(); i += 1 + size / 16) {
      auto bad = sealed;
      bad[i] ^= 1;
      const auto opened = key.open(bad, place);
      ASSERT_FALSE(opened) << i;
      EXPECT_EQ(opened.error().as<VerificationFault>()->check, VerificationFault::Check::kMac);
    }
  }
  EXPECT_FALSE(key.open(Bytes(27), {}));
  EXPECT_FALSE(SealingKey::make(Secret(Bytes(16))));
}

// Test case 16 of the GCM specification (McGrew and Viega, 2005), as the octets that seal() writes.
TEST(Sealing, OpensAKnownAnswer) {
  const auto key = *SealingKey::make(
      Secret(*from_hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308")));
  const auto sealed = *from_hex(
      "cafebabefacedbaddecaf888"
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838"
      "c5f61e6393ba7a0abcc9f662"
      "76fc6ece0f4e1768cddf8853bb2d551b");
  const auto text = key.open(sealed, *from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"));
  ASSERT_TRUE(text) << text.error().message();
  EXPECT_EQ(to_hex(text->view().first(8)), to_hex(*from_hex("d9313225f88406e5")));
  EXPECT_EQ(text->size(), 60u);
}

struct WrappingKeyFile : testing::Test {
  fs::path directory = fs::temp_directory_path() / ("eider-kek-" + to_hex(SystemRandom().bytes(8)));
  const Secret data{Bytes(32, 3)};
  void TearDown() override { fs::remove_all(directory); }
  FileKeyStore store(const char* passphrase) const {
    return {directory, fixed_passphrase(Secret(as_bytes(std::string_view(passphrase))))};
  }
};

TEST_F(WrappingKeyFile, KeepsTheKeyUnderAPassphrase) {
  for (const char* passphrase : {"", "correct horse"}) {
    const auto keys = store(passphrase);
    ASSERT_TRUE(keys.create_wrapping_key("store"));
    EXPECT_FALSE(keys.create_wrapping_key("store")) << "never overwrites";
    struct stat info = {};
    ASSERT_EQ(::stat((directory / "store.kek").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
    const auto wrapped = *(*keys.find_wrapping_key("store"))->wrap(data, {});
    EXPECT_EQ(*(*store(passphrase).find_wrapping_key("store"))->unwrap(wrapped, {}), data);
    EXPECT_FALSE((*keys.find_wrapping_key("store"))->unwrap(wrapped, Bytes{1}));
    if (*passphrase) {
      EXPECT_NE(store("wrong").find_wrapping_key("store").error().message().find("wrong passphrase"),
                std::string::npos);
      EXPECT_NE(store("").find_wrapping_key("store").error().message().find("needs a passphrase"),
                std::string::npos);
    }
    ASSERT_TRUE(keys.remove_wrapping_key("store"));
    EXPECT_FALSE(keys.find_wrapping_key("store"));
  }
}

TEST_F(WrappingKeyFile, RefusesDamagedAndOpenFiles) {
  const auto keys = store("");
  ASSERT_TRUE(keys.create_wrapping_key("store"));
  const auto path = directory / "store.kek";
  ASSERT_EQ(::chmod(path.c_str(), 0640), 0);
  EXPECT_NE(keys.find_wrapping_key("store").error().message().find("open to others"), std::string::npos);
  ASSERT_EQ(::chmod(path.c_str(), 0600), 0);
  for (const char* content :
       {"", "eider wrapping key 1\nkey 00\n", "eider wrapping key 1\nscrypt 60 8 1 00 00\n",
        "eider wrapping key 1\nother\n", "eider wrapping key 2\nkey 00\n"}) {
    std::ofstream(path) << content;
    EXPECT_FALSE(keys.find_wrapping_key("store")) << content;
  }
  EXPECT_FALSE(keys.find_wrapping_key("../store"));
  EXPECT_FALSE(keys.create_wrapping_key("a/b"));
}

}  // namespace
}  // namespace eider::crypto
