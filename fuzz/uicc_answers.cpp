// A hostile card against the terminal's side of the file system: FCP, chained answers, contents of files.
#include <cstddef>
#include <cstdint>

#include "device/file_tree.hpp"
#include "spec/usim/contents.hpp"

namespace {
using namespace eider;

// Answers with pieces of the input, each after its length; in the end there is no file.
class HostileCard final : public CardPort {
 public:
  explicit HostileCard(ByteView input) : left_(input) {}
  Result<Bytes> reset() override { return Bytes{0x3B, 0x00}; }
  Result<Bytes> transmit(ByteView) override {
    if (left_.empty()) return Bytes{0x6A, 0x82};
    const auto size = std::min<std::size_t>(left_[0], left_.size() - 1);
    const auto answer = to_bytes(left_.subspan(1, size));
    left_ = left_.subspan(1 + size);
    return answer;
  }

 private:
  ByteView left_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  if (input.empty()) return 0;
  (void)etsi::Fcp::decode(input);
  const std::vector<Bytes> records{to_bytes(input.subspan(1)), to_bytes(input)};
  static const auto files = usim::described_files();
  (void)usim::describe_file(files[input[0] % files.size()], records);
  (void)usim::access_rules_text(input);
  HostileCard card(input);
  UiccClient client(card);
  if (const auto mf = discover_files(client)) {
    for (const auto& child : mf->children)
      if (!child.fcp.is_directory()) (void)client.read_all(child.fcp);
  }
  return 0;
}
