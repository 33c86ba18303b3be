//! `VERIFY.txt`: how a pack is verified with what every Linux has, in both languages.

/// The instructions for a pack signed by this key.
pub(super) fn instructions(pack: &str, key_id: &str) -> String {
    TEXT.replace("{pack}", pack).replace("{key}", key_id)
}

const TEXT: &str = r#"KIỂM TRA GÓI CHỨNG CỨ {pack}
========================================

Cách 1. Mở index.html bằng trình duyệt (không cần mạng) rồi chọn thư mục của gói.

Cách 2. Dùng sha256sum và openssl (3.0 trở lên). Mở cửa sổ lệnh trong thư mục của gói, chạy lần lượt.
Nội dung các lệnh ở phần tiếng Anh bên dưới, đánh số giống nhau:
  1. Mã khóa in ra phải là {key} và phải trùng với mã khóa mà cơ quan giao gói đã công bố
     bằng đường khác (văn bản, trang thông tin). Khóa nằm trong gói tự nó không chứng minh điều gì.
  2. Chữ ký đúng khi in ra "Signature Verified Successfully": manifest.json là bản đã ký.
  3. Danh sách SHA256SUMS phải được manifest.json nêu đúng mã băm: in ra "1" trở lên.
  4. Mọi tệp phải "OK"; tệp bị sửa hoặc thiếu được nêu tên (FAILED, No such file).
  5. Không in ra gì: không có tệp nào thêm vào hoặc thiếu so với danh sách.

Thư mục events/<mã>/original là tệp gốc đã niêm phong, giữ nguyên từng byte.
Thư mục events/<mã>/shared là bản sao đã làm mờ người và biển số không liên quan.
Chỉ dùng gói cho mục đích nêu trong manifest.json, và xóa khi hết cần.

VERIFYING EVIDENCE PACK {pack}
========================================

Way 1. Open index.html in a browser (no network needed) and choose the pack's folder.

Way 2. With sha256sum and openssl (3.0 or later), in a terminal in the pack's folder:

  1. The key's id. It must be {key}, and the same as the id that the unit
     which gave the pack has published in another way. A key in the pack proves nothing by itself.

openssl pkey -pubin -in key.pem -outform DER | tail -c 32 | sha256sum | cut -c1-16

  2. The signature: manifest.json is what was signed.

openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in manifest.json -sigfile manifest.sig.bin

  3. The list of sums is the one that manifest.json names: prints 1 or more.

grep -c "$(sha256sum SHA256SUMS | cut -c1-64)" manifest.json

  4. Every file: OK, or it is named as changed (FAILED) or missing (No such file).

sha256sum --check --quiet SHA256SUMS && echo all files are as packed

  5. No file was added or left out: prints nothing.

find . ! -type d ! -path ./SHA256SUMS ! -path ./manifest.json ! -path ./manifest.sig ! -path ./manifest.sig.bin | cut -c3- | LC_ALL=C sort | diff - <(cut -c67- SHA256SUMS | LC_ALL=C sort)

events/<id>/original holds the sealed files, byte for byte as they were sealed.
events/<id>/shared holds copies in which people and plates that are not involved are blurred.
Use the pack for the purpose in manifest.json alone, and delete it when that is done.
"#;
