"""Short names for arrays of one type, for the signatures of compiled functions."""

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
C64 = NDArray[np.complex64]
