/** The kinds of violation by name, for lists to choose from; events bring their own names. */

import type { Text } from '../api/types';

export const kinds: Record<string, Text> = {
  illegal_stopping: { vi: 'Dừng xe trái quy định', en: 'Illegal stopping' },
  illegal_parking: { vi: 'Đỗ xe trái quy định', en: 'Illegal parking' },
  crosswalk_blocking: {
    vi: 'Dừng, đỗ xe trên phần đường dành cho người đi bộ qua đường',
    en: 'Blocking a pedestrian crossing',
  },
  sidewalk_parking: { vi: 'Đỗ xe trên vỉa hè trái quy định', en: 'Parking on the sidewalk' },
  loitering: { vi: 'Lảng vảng, lưu lại lâu bất thường tại khu vực cần bảo vệ', en: 'Loitering' },
  banned_vehicle: {
    vi: 'Điều khiển phương tiện đi vào khu vực cấm, đường cấm',
    en: 'Banned vehicle',
  },
  sidewalk_riding: { vi: 'Điều khiển xe đi trên vỉa hè', en: 'Riding on the sidewalk' },
  jaywalking: { vi: 'Người đi bộ qua đường không đúng nơi quy định', en: 'Jaywalking' },
  restricted_area: { vi: 'Xâm nhập khu vực cấm', en: 'Entering a restricted area' },
  red_light: {
    vi: 'Không chấp hành hiệu lệnh của đèn tín hiệu giao thông',
    en: 'Running a red light',
  },
  solid_line: { vi: 'Đè vạch, vượt qua vạch kẻ liền', en: 'Crossing a solid line' },
  banned_turn: { vi: 'Chuyển hướng tại nơi cấm', en: 'Banned turn' },
  wrong_way: { vi: 'Đi ngược chiều', en: 'Driving the wrong way' },
  speeding: { vi: 'Chạy quá tốc độ quy định', en: 'Speeding' },
  overloading: { vi: 'Chở quá số người quy định', en: 'Too many people on a two-wheeler' },
  no_helmet: { vi: 'Không đội mũ bảo hiểm', en: 'Riding without a helmet' },
  littering: { vi: 'Vứt, thải, bỏ rác không đúng nơi quy định', en: 'Littering' },
  dumping: { vi: 'Đổ chất thải, phế thải không đúng nơi quy định', en: 'Dumping waste' },
  abandoned_object: { vi: 'Đồ vật bị bỏ lại không người trông giữ', en: 'Abandoned object' },
  sidewalk_encroachment: { vi: 'Lấn chiếm vỉa hè', en: 'Encroachment on the sidewalk' },
  roadway_encroachment: { vi: 'Lấn chiếm lòng đường', en: 'Encroachment on the roadway' },
  crowd: { vi: 'Tụ tập đông người', en: 'Crowd' },
};
