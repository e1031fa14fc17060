/** Made by make-tables.py, which names the source: inputs row after row, then targets; zlib, base64. */
export const packed = {
  rows: 150,
  columns: 4,
  kind: 'float64',
  text:
    'eNrtV1uOEzEQzEIIgYQlj8k8kuzuITgAPk3uBDfZI6wEX3zlD4kLBAWtWIEQStrVVpXHQvztx86P5elxt11dXe3Z7U5PFQbnZxrO0939+48fTs9dHJfRPs7snz+dnkWw+atg8x9ut+8X8f04+vnpdptX0V6Kvwrvzs/bOP6K7/fu395PfL3Nv7h/2DW+jfNof1k8f//+b31/Nr7J/Jvfpce39w+ZvR/f22ifu93efxd7E+2zGOco+akDzsn722f4cv6Ab84P4Av/9v7S8wM71sOO+LBz/Ink987X9+O7F35No/2Qrbfxtfu3775m+bHv/mT8ZPwfMnt/fvcRn4Sf8gN25W+pvkr8AT/VrvgqfohvcWcZv21eR/+z/6yPhA/2r/yEf+Cj+sH+p1l9MK/HBf0p1z/nN8Vn/VjEuM8yO+KX9E/9Iz+2/ltWH8y/fVEfSvWl+Ud9YH+aP/NT1i/sH/Wj682+lfMv5LvO7cCT42yEv0u3gx/AHzoHnG2+jvZRwHmxnvVp5PE5j52fj+vtwfln3z3376AzNl9L/0j+UV/m54XrLPBhfgxEJ6BjjfB7Jvi00f+F48P7a31/mh8ba7FPZf9ryc88W4/9aX7Rn3B+1plD9K/7T+vZ/9Dx4z7YiL5AL377+Tn/syz/8K/80/XAj3Wsc/zQr+Ef/OD+MZc63rh/7B924M/4VtLHUn4VP/DfxmHGL9QX8/vS8VU768Qhyy/f047CT+S/kvpaFfnD55u4HeuVn8gP869z/QD+nJ9a9FX1JfGvX38SvnyfPDp/2P9C8t9IfmaCX+X779ef2vGFPnD91pl+wD/sXP+6vv0HvyvBJ91TVX8VX9Vf5Jvrvcn4gz5p41biAs9BgH/W59r1Af0D6zneRfz+WvK3dv+sF0PnJ9+DrwS/zuNzfafzsn0r959W4q2lv6d+wv0X9bly/KA/XH+1n4/5Mwzar7Bfzm8letGJPq+kn68L8XH+a9cl4IX8wM71txH/2l+q7P7B95da6i3xl/M9CLy/UeB8Jv4Bf77Ppvzz/UPx38r9qZX1bdY/tP9xfSQ78sP5y+P31wf0+0rWt3KPvZG+0mX81PjIF+vDSPid+jPyz/m6d/5w/baeX9aHSeD7UOIv/9+ofrSCj+Kr99uV4Jv6V3/8jdgr2X9ZH1Hf/P/YyP9Mzj/Uu94/+H8x4af6gPha3/w/jPO38v+8kn7dSP4qwf/peVwP7pVP4+MYB+FpfBzjX4lBFzU=',
} as const;
