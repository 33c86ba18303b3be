/** Words of what became of confirmed events. */

export const viResult = {
  result: {
    title: 'Kết quả xử lý',
    handedOver: 'Lập hồ sơ chuyển giao',
    result: 'Kết quả',
    choose: 'Chọn kết quả',
    agency: 'Cơ quan xử lý',
    note: 'Ghi chú về kết quả',
    enter: 'Lưu kết quả',
    enteredBy: '({{who}} nhập lúc {{when}})',
    fined: 'Đã xử phạt',
    warned: 'Nhắc nhở, cảnh cáo',
    no_action: 'Không xử lý',
    unidentified: 'Không xác định được đối tượng',
    other: 'Khác (ghi rõ)',
  },
};
